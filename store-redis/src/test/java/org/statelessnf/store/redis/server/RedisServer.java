package org.statelessnf.store.redis.server;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code redis-server} process of this machine's package, on a port of its own, with a unix
 * socket and a directory of its own. Ended, and its directory removed, by {@link #close}.
 */
public final class RedisServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisServer.class);
  private static final long START_MILLIS = 15_000;

  private final Path directory;
  private final int port;
  private final List<String> arguments;
  private @Nullable Process process;

  private RedisServer(Path directory, int port, List<String> arguments) {
    this.directory = directory;
    this.port = port;
    this.arguments = arguments;
  }

  /**
   * Starts a server without persistence.
   *
   * @param options further options as on the command line, such as {@code "--appendonly", "yes"}
   * @throws TestAbortedException if there is no {@code redis-server}
   */
  public static RedisServer launch(String... options) throws IOException {
    return launch(freePort(), options);
  }

  /**
   * Starts a server on a given port.
   *
   * @param port a free port
   * @param options as for {@link #launch(String...)}
   */
  public static RedisServer launch(int port, String... options) throws IOException {
    Path directory = Files.createTempDirectory("snf-redis-");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                binary("redis-server").toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--unixsocket",
                directory.resolve("redis.sock").toString(),
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--daemonize",
                "no"));
    arguments.addAll(List.of(options));
    RedisServer server = new RedisServer(directory, port, arguments);
    server.start();
    return server;
  }

  /**
   * Starts a sentinel.
   *
   * @param configuration text of its configuration file, without port and directory
   */
  public static RedisServer launchSentinel(String configuration) throws IOException {
    Path directory = Files.createTempDirectory("snf-sentinel-");
    int port = freePort();
    Path file = directory.resolve("sentinel.conf");
    Files.writeString(
        file, "port %d\nbind 127.0.0.1\ndir %s\n%s\n".formatted(port, directory, configuration));
    RedisServer server =
        new RedisServer(
            directory,
            port,
            List.of(binary("redis-server").toString(), file.toString(), "--sentinel"));
    server.start();
    return server;
  }

  /** Whether this machine has {@code redis-server}. */
  public static boolean isAvailable() {
    return find("redis-server") != null;
  }

  /**
   * A program of the Redis package.
   *
   * @param name such as {@code redis-benchmark}
   * @throws TestAbortedException if it is not there
   */
  public static Path binary(String name) {
    Path path = find(name);
    if (path == null) {
      LOG.error("SKIPPED: this machine has no {}; install Debian's redis-server", name);
      throw new TestAbortedException("no " + name + " on this machine");
    }
    return path;
  }

  private static @Nullable Path find(String name) {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/bin:/usr/local/bin";
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, name);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /** A port that nobody listens on. */
  public static int freePort() throws IOException {
    // Below 10000 below the limit: a cluster's bus is on port + 10000.
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (socket.getLocalPort() < 55_000) {
          return socket.getLocalPort();
        }
      }
    }
  }

  /** Its TCP port. */
  public int port() {
    return port;
  }

  /** Its unix socket. */
  public Path socket() {
    return directory.resolve("redis.sock");
  }

  /** Its directory. */
  public Path directory() {
    return directory;
  }

  /** Starts the process, again after {@link #kill}; returns when it answers. */
  public void start() throws IOException {
    Files.deleteIfExists(socket());
    ProcessBuilder builder =
        new ProcessBuilder(arguments)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile()));
    Process started = builder.start();
    process = started;
    Servers.endWithThisProcess(started);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() - end > 0) {
        String log = Files.readString(directory.resolve("server.log"));
        started.destroyForcibly();
        throw new IOException("redis-server did not start:\n" + log);
      }
      Servers.sleep(10);
    }
  }

  private boolean answers() {
    try (Resp2Client client = new Resp2Client(port)) {
      return "PONG".equals(client.call("PING"));
    } catch (IOException e) {
      String message = e.getMessage();
      // It answers, if only that one must log in.
      return message != null && (message.contains("NOAUTH") || message.contains("DENIED"));
    }
  }

  /**
   * Runs a command.
   *
   * @param words the command and its arguments
   */
  public @Nullable Object call(String... words) throws IOException {
    try (Resp2Client client = new Resp2Client(port)) {
      return client.call(words);
    }
  }

  /** Ends the process as {@code kill -9} does. */
  public void kill() {
    Process running = process;
    if (running != null) {
      signal("-CONT"); // a stopped process would stay
      running.destroyForcibly();
      running.onExit().join();
      process = null;
    }
  }

  /** Freezes the process. */
  public void stop() {
    signal("-STOP");
  }

  /** Lets a frozen process go on. */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String signal) {
    Process running = process;
    if (running == null) {
      return;
    }
    try {
      new ProcessBuilder("kill", signal, Long.toString(running.pid())).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}

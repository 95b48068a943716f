package org.statelessnf.host.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** A {@code redis-server} of the test's own, without persistence, on a port of its own. */
public final class LocalRedis implements AutoCloseable {
  private static final Path BINARY = Path.of("/usr/bin/redis-server");
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Process process;
  private final int port;

  /**
   * Starts it.
   *
   * @param directory for its log
   * @throws TestAbortedException if this machine has none
   */
  public LocalRedis(Path directory) throws IOException, InterruptedException {
    if (!Files.isExecutable(BINARY)) {
      throw new TestAbortedException("no " + BINARY + " on this machine");
    }
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path log = directory.resolve("redis.log");
    process =
        new ProcessBuilder(
                BINARY.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    long begin = System.nanoTime();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() - begin > START_NANOS) {
        process.destroyForcibly();
        throw new IOException("redis-server did not start:\n" + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Its URI; a busy machine may take its time. */
  public String uri() {
    return "redis://127.0.0.1:" + port + "?timeout=30s&connectTimeout=30s";
  }

  private boolean answers() throws IOException {
    try {
      return call("PING").equals("+PONG");
    } catch (SocketException e) { // refused: not there yet
      return false;
    }
  }

  /** First line of the answer to a command. */
  String call(String command) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      byte[] answer = new byte[256];
      int length = socket.getInputStream().read(answer);
      String text = new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
      return text.lines().findFirst().orElse("");
    }
  }

  @Override
  public void close() {
    stop();
  }

  /** Kills it; once is enough. */
  public void stop() {
    process.destroyForcibly().onExit().join();
  }
}

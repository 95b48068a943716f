package org.statelessnf.conformance.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Further processes on the store under test, started with the same Java, class path and JVM
 * arguments as this one. Closing ends those that still run.
 */
public final class Workers implements AutoCloseable {
  private static final int START_TIMEOUT_MILLIS = 60_000;
  private static final long END_TIMEOUT_MILLIS = 5_000;

  private final String uri;
  private final List<Worker> all = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();

  /**
   * Starts nothing yet.
   *
   * @param uri by which the processes open the store
   */
  public Workers(String uri) {
    this.uri = uri;
  }

  /**
   * Starts processes and waits until each has opened the store and begins its task.
   *
   * @param count how many
   * @param task what each does
   * @param arguments what each is told; the argument {@code index} is added
   */
  public List<Worker> start(
      int count, Class<? extends WorkerTask> task, Map<String, String> arguments)
      throws IOException {
    List<Worker> started = new ArrayList<>();
    try (ServerSocket control = new ServerSocket(0, count, InetAddress.getLoopbackAddress())) {
      control.setSoTimeout(START_TIMEOUT_MILLIS);
      for (int i = 0; i < count; i++) {
        started.add(launch(control.getLocalPort(), all.size() + i));
      }
      all.addAll(started);
      for (int i = 0; i < count; i++) {
        Socket socket = control.accept();
        socket.setTcpNoDelay(true);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        String token = in.readUTF();
        int index = indexOf(started, token);
        Worker worker = started.get(index);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        worker.connect(socket, in, out);
        out.writeUTF(uri);
        out.writeUTF(task.getName());
        out.writeInt(arguments.size() + 1);
        out.writeUTF("index");
        out.writeUTF(Integer.toString(index));
        for (Map.Entry<String, String> argument : arguments.entrySet()) {
          out.writeUTF(argument.getKey());
          out.writeUTF(argument.getValue());
        }
        out.flush();
      }
    } catch (IOException e) {
      StringBuilder text = new StringBuilder("worker processes did not start");
      started.forEach(worker -> text.append(System.lineSeparator()).append(worker.output()));
      throw new IOException(text.toString(), e);
    }
    return started;
  }

  /** Makes a directory for files that processes share; removed with the workers. */
  public Path directory() throws IOException {
    Path directory = Files.createTempDirectory("snf-kit-");
    directories.add(directory);
    return directory;
  }

  /** Ends the processes that still run: they may close the store, but not for long. */
  @Override
  public void close() throws IOException {
    for (Worker worker : all) {
      worker.hangUp();
    }
    for (Worker worker : all) {
      worker.awaitHungUp(END_TIMEOUT_MILLIS);
      worker.forget();
    }
    all.clear();
    for (Path directory : directories) {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
    directories.clear();
  }

  private static int indexOf(List<Worker> workers, String token) throws IOException {
    for (int i = 0; i < workers.size(); i++) {
      if (workers.get(i).token().equals(token)) {
        return i;
      }
    }
    throw new IOException("an unknown process connected");
  }

  private static Worker launch(int port, int number) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (isPassedOn(argument)) {
        command.add(argument);
      }
    }
    command.add("-XX:TieredStopAtLevel=1");
    command.add(WorkerMain.class.getName());
    String token = UUID.randomUUID().toString();
    ProcessBuilder builder = new ProcessBuilder(command);
    // By the environment: a class path may be longer than an argument can be.
    builder.environment().put("CLASSPATH", absolute(System.getProperty("java.class.path")));
    builder.environment().put(WorkerMain.PORT, Integer.toString(port));
    builder.environment().put(WorkerMain.TOKEN, token);
    Path log = Files.createTempFile("snf-kit-worker-" + number + "-", ".log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new Worker(builder.start(), token, log);
  }

  /** Debuggers, agents and crash files are for this process alone. */
  private static boolean isPassedOn(String argument) {
    return !argument.startsWith("-agentlib:")
        && !argument.startsWith("-javaagent:")
        && !argument.startsWith("-Xdebug")
        && !argument.startsWith("-Xrunjdwp")
        && !argument.startsWith("-XX:TieredStopAtLevel")
        && !argument.startsWith("-XX:StartFlightRecording")
        && !argument.startsWith("-Dcom.sun.management.jmxremote");
  }

  private static String absolute(String classPath) {
    List<String> parts = new ArrayList<>();
    for (String part : classPath.split(File.pathSeparator, -1)) {
      // "dir/*" is the launcher's wildcard, not a path.
      boolean wildcard = part.endsWith("*");
      String plain = wildcard ? part.substring(0, part.length() - 1) : part;
      parts.add(new File(plain).getAbsolutePath() + (wildcard ? File.separator + "*" : ""));
    }
    return String.join(File.pathSeparator, parts);
  }
}

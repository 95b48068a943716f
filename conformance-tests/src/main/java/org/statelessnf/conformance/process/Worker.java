package org.statelessnf.conformance.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One process that runs a {@link WorkerTask}. */
public final class Worker {
  private static final int RECEIVE_TIMEOUT_MILLIS = 120_000;
  private static final int SHOWN_OUTPUT = 4000;

  private final Process process;
  private final String token;
  private final Path log;
  private @Nullable Socket socket;
  private @Nullable DataInputStream in;
  private @Nullable DataOutputStream out;

  Worker(Process process, String token, Path log) {
    this.process = process;
    this.token = token;
    this.log = log;
  }

  String token() {
    return token;
  }

  void connect(Socket connected, DataInputStream from, DataOutputStream to) {
    this.socket = connected;
    this.in = from;
    this.out = to;
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /**
   * Tells the task something.
   *
   * @param line one message
   */
  public void send(String line) throws IOException {
    DataOutputStream to = required(out);
    to.writeUTF(line);
    to.flush();
  }

  /**
   * Waits for what the task says next. Fails if the task failed or the process ended instead.
   *
   * @return one message
   */
  public String receive() throws IOException {
    required(socket).setSoTimeout(RECEIVE_TIMEOUT_MILLIS);
    try {
      String line = required(in).readUTF();
      if (line.startsWith(WorkerMain.FAILED)) {
        throw new AssertionError(
            "process %d failed: %s%n%s".formatted(pid(), line.substring(1), output()));
      }
      return line;
    } catch (EOFException e) {
      throw new AssertionError("process %d ended%n%s".formatted(pid(), output()), e);
    } catch (SocketTimeoutException e) {
      throw new AssertionError(
          "process %d said nothing for %d s%n%s"
              .formatted(pid(), RECEIVE_TIMEOUT_MILLIS / 1000, output()),
          e);
    }
  }

  /** Waits for "ready". */
  public void awaitReady() throws IOException {
    String line = receive();
    if (!line.equals("ready")) {
      throw new AssertionError("process %d: expected ready, got %s".formatted(pid(), line));
    }
  }

  /** Ends the process at once, as by {@code kill -9}; returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(RECEIVE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("process " + pid() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hangs up: the process closes its store and ends. Does not wait for it. */
  void hangUp() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }

  /**
   * Waits for a process that was hung up on, then ends it if it still runs.
   *
   * @param millis how long to wait
   */
  void awaitHungUp(long millis) {
    try {
      if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
  }

  /** Waits for the process to end by itself; fails unless it ended well. */
  public void awaitEnd() throws InterruptedException {
    if (!process.waitFor(RECEIVE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("process %d does not end%n%s".formatted(pid(), output()));
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(
          "process %d ended with %d%n%s".formatted(pid(), process.exitValue(), output()));
    }
  }

  /** The end of what the process printed. */
  String output() {
    try {
      String text = Files.readString(log, StandardCharsets.ISO_8859_1);
      return text.substring(Math.max(0, text.length() - SHOWN_OUTPUT));
    } catch (IOException e) {
      return "(no output: " + e + ")";
    }
  }

  void forget() throws IOException {
    Files.deleteIfExists(log);
  }

  private static <T> T required(@Nullable T connected) {
    if (connected == null) {
      throw new IllegalStateException("the process is not connected");
    }
    return connected;
  }
}

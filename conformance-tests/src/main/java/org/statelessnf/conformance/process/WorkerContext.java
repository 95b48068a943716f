package org.statelessnf.conformance.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.statelessnf.store.StateStore;

/** What a {@link WorkerTask} works with. */
public final class WorkerContext {
  private static final int HUNG_UP = 3;
  private static final long CLOSE_MILLIS = 10_000;

  private final StateStore store;
  private final Map<String, String> arguments;
  private final DataOutputStream out;
  private volatile boolean waiting;
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  WorkerContext(
      StateStore store, Map<String, String> arguments, DataInputStream in, DataOutputStream out) {
    this.store = store;
    this.arguments = new HashMap<>(arguments);
    this.out = out;
    Thread reader = new Thread(() -> readUntilTheTestEnds(in), "worker-control");
    reader.setDaemon(true);
    reader.start();
  }

  /** The store under test, opened by this process. */
  public StateStore store() {
    return store;
  }

  /**
   * An argument.
   *
   * @param name its name
   */
  public String argument(String name) {
    String value = arguments.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no argument " + name);
    }
    return value;
  }

  /**
   * A number given as argument.
   *
   * @param name its name
   */
  public int number(String name) {
    return Integer.parseInt(argument(name));
  }

  /** Number of this process among those started together, from 0. */
  public int index() {
    return number("index");
  }

  /**
   * Tells the test something.
   *
   * @param line one message
   */
  public void send(String line) throws IOException {
    synchronized (out) {
      out.writeUTF(line);
      out.flush();
    }
  }

  /** Waits for what the test says next. */
  public String receive() throws InterruptedException {
    waiting = true;
    String line = received.take();
    waiting = false;
    return line;
  }

  /** Whether the test has said something that was not taken yet. */
  public boolean hasReceived() {
    return !received.isEmpty();
  }

  /** Says "ready" and waits for "go". */
  public void readyAndGo() throws IOException, InterruptedException {
    send("ready");
    String line = receive();
    if (!line.equals("go")) {
      throw new IllegalStateException("expected go, got " + line);
    }
  }

  /**
   * Says "done" and stays until the test hangs up. Where processes are the store's nodes, one that
   * leaves while others work disturbs them, which is not what the test is about.
   */
  public void doneAndStay() throws IOException, InterruptedException {
    waiting = true;
    send("done");
    new CountDownLatch(1).await(); // the reader ends this process
  }

  private void readUntilTheTestEnds(DataInputStream in) {
    try {
      while (true) {
        received.add(in.readUTF());
      }
    } catch (IOException e) {
      // The test has hung up, or its process is gone: do not outlive it. Whoever works is stopped
      // at once, whoever waits leaves the store in good order if possible.
      if (waiting) {
        Thread.ofPlatform().daemon().name("worker-end").start(WorkerContext::endAfterAWhile);
        store.close();
      }
      Runtime.getRuntime().halt(HUNG_UP);
    }
  }

  private static void endAfterAWhile() {
    try {
      Thread.sleep(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(HUNG_UP);
  }
}

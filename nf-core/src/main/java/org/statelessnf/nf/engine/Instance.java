package org.statelessnf.nf.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.store.StateStore;

/**
 * An instance of a network function: one or more pipes over a shared store. The way in for a
 * program that embeds a network function.
 *
 * <pre>{@code
 * try (StateStore store = Stores.open("caffeine:");
 *     Instance instance = new Instance("fw-1", Firewall::new, store, PipeConfig.defaults())) {
 *   instance.addPipe(PipePorts.of(in, out, CidrSet.PRIVATE::containsSource));
 *   instance.start();
 *   instance.awaitEnd();
 * }
 * }</pre>
 *
 * <p>Not thread-safe, except for {@link #kill}, {@link #isAlive} and the metrics.
 */
public final class Instance implements AutoCloseable {
  private final String name;
  private final Supplier<? extends NetworkFunction> function;
  private final StateStore store;
  private final PipeConfig config;
  private final List<Pipe> pipes = new ArrayList<>();
  private boolean started;

  /**
   * An instance without pipes yet.
   *
   * @param name for thread names and reports
   * @param function makes the network function of each pipe
   * @param store where the state is; not closed by the instance
   * @param config how each pipe runs
   */
  public Instance(
      String name,
      Supplier<? extends NetworkFunction> function,
      StateStore store,
      PipeConfig config) {
    this.name = name;
    this.function = function;
    this.store = store;
    this.config = config;
  }

  /**
   * Adds a pipe, before {@link #start}.
   *
   * @param ports its ports; not closed by the instance
   * @return the pipe's metrics
   */
  public PipeMetrics addPipe(PipePorts ports) {
    if (started) {
      throw new IllegalStateException(name + " is started");
    }
    Pipe pipe = new Pipe(name + "-" + pipes.size(), function.get(), store, ports, config);
    pipes.add(pipe);
    return pipe.metrics();
  }

  /** Starts the pipes' threads. */
  public void start() {
    started = true;
    pipes.forEach(Pipe::start);
  }

  /** Name given. */
  public String name() {
    return name;
  }

  /** Metrics of each pipe, in the order they were added. */
  public List<PipeMetrics> metrics() {
    List<PipeMetrics> all = new ArrayList<>();
    pipes.forEach(pipe -> all.add(pipe.metrics()));
    return all;
  }

  /** Whether any pipe is running. */
  public boolean isAlive() {
    for (Pipe pipe : pipes) {
      if (pipe.isAlive()) {
        return true;
      }
    }
    return false;
  }

  /** Packets that were in the pipes when the instance was killed. */
  public int lost() {
    int sum = 0;
    for (Pipe pipe : pipes) {
      sum += pipe.lost();
    }
    return sum;
  }

  /** What ended a pipe before its time, or null. */
  public @Nullable Throwable failure() {
    for (Pipe pipe : pipes) {
      Throwable failure = pipe.failure();
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  /**
   * Waits until the ports are exhausted and every packet has been released or dropped.
   *
   * @throws InterruptedException if the caller is interrupted meanwhile
   */
  public void awaitEnd() throws InterruptedException {
    for (Pipe pipe : pipes) {
      if (started) {
        pipe.join();
      }
    }
  }

  /** Takes no more packets in; what is in the pipes is finished. Returns at once. */
  public void stop() {
    pipes.forEach(Pipe::stop);
  }

  /** Ends abruptly: no flush, no goodbye, packets in the pipes are lost. Returns at once. */
  public void kill() {
    pipes.forEach(Pipe::kill);
  }

  /** Stops and waits. */
  @Override
  public void close() {
    stop();
    try {
      awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
  }
}

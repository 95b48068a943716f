package org.statelessnf.host.live;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.statelessnf.host.replay.ReplayException;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.port.PacketPort;
import org.statelessnf.store.StateStore;

/**
 * Instances of a network function on live ports. Runs until {@link #stop}, until the time is up or
 * until so many packets have come in; then what is in the pipes is finished, within a grace period,
 * and every packet is back where it came from.
 *
 * <p>One thread runs it; any thread stops it.
 */
public final class LiveRun {
  private static final long POLL_NANOS = 2_000_000;
  private static final long GRACE_NANOS = 10_000_000_000L;

  private final String name;
  private final Config config;
  private final Supplier<? extends NetworkFunction> function;
  private final StateStore store;
  private final IntFunction<PipePorts> ports;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * How much of it.
   *
   * @param instances that share only the store
   * @param pipes of each
   * @param pipe how each pipe runs
   * @param durationNanos after which it ends; 0 for never
   * @param packets after which it ends; 0 for never
   */
  public record Config(
      int instances, int pipes, PipeConfig pipe, long durationNanos, long packets) {}

  /**
   * A run that is not yet one.
   *
   * @param name of the network function
   * @param config how much of it
   * @param function makes the network function of each pipe
   * @param store of all; not closed
   * @param ports ports of each pipe, counted from 0 over all instances; not closed
   */
  public LiveRun(
      String name,
      Config config,
      Supplier<? extends NetworkFunction> function,
      StateStore store,
      IntFunction<PipePorts> ports) {
    this.name = name;
    this.config = config;
    this.function = function;
    this.store = store;
    this.ports = ports;
  }

  /** Ends the run in good order. Returns at once. */
  public void stop() {
    stopped.countDown();
  }

  /**
   * Runs.
   *
   * @param meter told the pipes' metrics now and then, by the calling thread
   * @return what happened
   * @throws ReplayException if an instance failed
   * @throws InterruptedException if the calling thread was interrupted; the instances have ended
   */
  public ReplayResult run(Consumer<List<PipeMetrics>> meter) throws InterruptedException {
    List<Instance> instances = new ArrayList<>();
    List<PipeMetrics> metrics = new ArrayList<>();
    long began = System.nanoTime();
    try {
      PacketLimit limit = config.packets() > 0 ? new PacketLimit(config.packets()) : null;
      for (int i = 0; i < config.instances(); i++) {
        Instance instance = new Instance(name + "-" + (i + 1), function, store, config.pipe());
        instances.add(instance);
        for (int p = 0; p < config.pipes(); p++) {
          PipePorts all = ports.apply(metrics.size());
          metrics.add(instance.addPipe(limit == null ? all : limited(all, limit)));
        }
      }
      instances.forEach(Instance::start);
      await(instances, metrics, began, meter);
    } finally {
      end(instances);
    }
    long elapsed = System.nanoTime() - began;
    check(instances);
    return result(instances, elapsed);
  }

  private static PipePorts limited(PipePorts ports, PacketLimit limit) {
    PacketPort[] ingress = ports.ingress().clone();
    for (int i = 0; i < ingress.length; i++) {
      ingress[i] = limit.on(ingress[i]);
    }
    return new PipePorts(ingress, ports.toOutside(), ports.toInside(), ports.direction());
  }

  private void await(
      List<Instance> instances,
      List<PipeMetrics> metrics,
      long began,
      Consumer<List<PipeMetrics>> meter)
      throws InterruptedException {
    while (!stopped.await(POLL_NANOS, TimeUnit.NANOSECONDS)) {
      boolean timeIsUp =
          config.durationNanos() > 0 && System.nanoTime() - began >= config.durationNanos();
      if (timeIsUp || !instances.stream().allMatch(Instance::isAlive)) {
        return; // an instance that is not alive has failed, or its input has ended
      }
      meter.accept(metrics);
    }
  }

  /** Lets the pipes finish what they hold; kills those that take too long over it. */
  private static void end(List<Instance> instances) throws InterruptedException {
    instances.forEach(Instance::stop);
    long deadline = System.nanoTime() + GRACE_NANOS;
    try {
      while (instances.stream().anyMatch(Instance::isAlive) && System.nanoTime() - deadline < 0) {
        TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
      }
    } finally {
      instances.forEach(Instance::kill);
      for (Instance instance : instances) {
        instance.awaitEnd();
      }
    }
  }

  private static void check(List<Instance> instances) {
    for (Instance instance : instances) {
      Throwable failure = instance.failure();
      if (failure != null) {
        throw new ReplayException("instance " + instance.name() + " failed", failure);
      }
    }
  }

  private static ReplayResult result(List<Instance> instances, long elapsedNanos) {
    List<ReplayResult.LaneResult> lanes = new ArrayList<>();
    for (Instance instance : instances) {
      for (PipeMetrics pipe : instance.metrics()) {
        lanes.add(
            new ReplayResult.LaneResult(
                instance.name(), false, pipe.packetsIn(), pipe.packetsOut(), pipe));
      }
    }
    return ReplayResult.ofLanes(elapsedNanos, lanes);
  }
}

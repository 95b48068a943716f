package org.statelessnf.host.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.engine.Direction;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.InMemoryPort;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.store.StateStore;

/** The instances of a replay and their lanes. One thread only. */
final class Fleet implements AutoCloseable {
  private static final long END_GRACE_NANOS = 10_000_000_000L;
  private static final long END_POLL_NANOS = 100_000;

  private static final int EMITTED_FRAMES = 128;
  private static final int EMITTED_FRAME_BYTES = 65_535 + 64;

  private final List<Instance> instances = new ArrayList<>();
  private final List<Lane> lanes = new ArrayList<>();

  /** Frames that network functions emit, as long as a packet can be; others are the replay's. */
  private final PacketPool emitted =
      new PacketPool(EMITTED_FRAMES, EMITTED_FRAME_BYTES + PacketPool.HEADROOM_BYTES);

  /**
   * Makes the instances; does not start them.
   *
   * @param name of the network function
   * @param stores the store of each instance, usually the same
   * @param ringPackets packets that a lane's rings hold at least
   */
  Fleet(
      String name,
      ReplayConfig config,
      Supplier<? extends NetworkFunction> function,
      IntFunction<StateStore> stores,
      Direction direction,
      int ringPackets) {
    for (int i = 0; i < config.instances(); i++) {
      instances.add(new Instance(name + "-" + (i + 1), function, stores.apply(i), config.pipe()));
    }
    for (int l = 0; l < config.lanes(); l++) {
      int i = l % config.instances(); // neighbouring lanes are of different instances
      InMemoryPort port = new InMemoryPort("lane-" + l, ringPackets + EMITTED_FRAMES, emitted);
      Instance instance = instances.get(i);
      lanes.add(
          new Lane(l, i, instance, port, instance.addPipe(PipePorts.of(port, port, direction))));
    }
  }

  void start() {
    instances.forEach(Instance::start);
  }

  List<Instance> instances() {
    return instances;
  }

  List<Lane> lanes() {
    return lanes;
  }

  /** Throws if an instance has ended that should be running. */
  void check() {
    for (Lane lane : lanes) {
      Throwable failure = lane.open ? lane.instance.failure() : null;
      if (failure != null) {
        throw new ReplayException("instance " + lane.instance.name() + " failed", failure);
      }
    }
  }

  /**
   * Kills an instance, abruptly, and waits until it is dead: its threads end without finishing what
   * they hold.
   */
  void kill(int instanceIndex) throws InterruptedException {
    Instance instance = instances.get(instanceIndex);
    instance.kill();
    instance.awaitEnd();
    for (Lane lane : lanes) {
      if (lane.instanceIndex == instanceIndex) {
        lane.open = false;
      }
    }
  }

  /** Ends the input of the open lanes and waits for their pipes to end in good order. */
  void finish() throws InterruptedException {
    for (Lane lane : lanes) {
      if (lane.open) {
        lane.port.closeInput();
      }
    }
    long deadline = System.nanoTime() + END_GRACE_NANOS;
    while (instances.stream().anyMatch(Instance::isAlive)) {
      if (System.nanoTime() - deadline > 0) {
        break; // close() ends them
      }
      LockSupport.parkNanos(END_POLL_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    check();
  }

  /** Takes what has come out of a lane. */
  static int drain(Lane lane, Packet[] burst) {
    return lane.port.drain(burst, burst.length);
  }

  /** Ends instances that still run, then gives the packets in the rings back. */
  @Override
  public void close() {
    boolean interrupted = false;
    for (Instance instance : instances) {
      instance.kill();
    }
    for (Instance instance : instances) {
      try {
        instance.awaitEnd();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    lanes.forEach(lane -> lane.port.close());
    emitted.close();
  }
}

package org.statelessnf.host.replay;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.engine.Direction;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.store.StateStore;

/**
 * Replays frames through instances of a network function, as fast as they take them, and with the
 * causality of a live network ({@link FlowOrder}).
 *
 * <p>The calling thread reads, deals, collects and writes; every lane has a pipe with its own
 * thread. Packets are written in the order in which they are collected, and only then count as
 * released: so the packets of a flow, never under way in two lanes at a time, keep their order. One
 * lane alone keeps the order of the source.
 *
 * <p>An object serves one replay.
 */
public final class Replay {
  private static final int BURST = 64;
  private static final int SPINS = 20;
  private static final int YIELDS = 100;
  private static final long PARK_NANOS = 20_000;
  private static final int CHECK_EVERY = 64;
  private static final long FLUSH_NANOS = 500_000_000;
  private static final long STOP_GRACE_NANOS = 3_000_000_000L;

  private final ReplayConfig config;
  private final Dealer dealer;
  private final BufferPool buffers;
  private final Fleet fleet;
  private final ReplayListener listener;
  private final Packet[] burst = new Packet[BURST];
  private @Nullable Packet next;
  private boolean ended;
  private boolean unflushed;
  private long lastWriteNanos;
  private long packetsOut;
  private long beginNanos;
  private long placed;
  private volatile boolean stopping;

  /**
   * Makes the instances, which open their sessions.
   *
   * @param name of the network function, for the names of the instances
   * @param config how to replay
   * @param function makes the network function of each pipe
   * @param stores the store of each instance, by its index; usually the same for all
   * @param direction tells the side of a packet
   * @param listener told how it goes
   */
  public Replay(
      String name,
      ReplayConfig config,
      Supplier<? extends NetworkFunction> function,
      IntFunction<StateStore> stores,
      Direction direction,
      ReplayListener listener) {
    this.config = config;
    this.listener = listener;
    this.buffers = new BufferPool(Dealer.buffers(config), CaptureReader.MAX_FRAME_BYTES);
    try {
      this.fleet = new Fleet(name, config, function, stores, direction, buffers.capacity());
    } catch (RuntimeException e) {
      buffers.close();
      throw e;
    }
    this.dealer = new Dealer(config, fleet, buffers.capacity());
  }

  /** Any thread: takes in nothing more, and lets {@link #run} end in good order. */
  public void stop() {
    stopping = true;
  }

  /**
   * Replays, and ends the instances in good order.
   *
   * @param source where frames come from; stays the caller's
   * @param sink where they go to
   * @return what happened
   * @throws IOException of source or sink; what was dealt before a damage of the source has been
   *     written
   * @throws InterruptedException if the calling thread is interrupted
   * @throws ReplayException if an instance fails
   */
  public ReplayResult run(FrameSource source, FrameSink sink)
      throws IOException, InterruptedException {
    try {
      fleet.start();
      beginNanos = System.nanoTime();
      IOException damage = loop(source, sink);
      long end = System.nanoTime();
      fleet.finish();
      if (damage != null) {
        throw damage;
      }
      return new ReplayResult(
          dealer.dealt(),
          packetsOut,
          dealer.discarded(),
          end - beginNanos,
          dealer.kill(),
          fleet.lanes());
    } finally {
      fleet.close();
      buffers.close();
    }
  }

  /** Answers the damage of the source that ended the loop, or null. */
  private @Nullable IOException loop(FrameSource source, FrameSink sink)
      throws IOException, InterruptedException {
    IOException damage = null;
    int idle = 0;
    long giveUpNanos = 0;
    while (true) {
      int work = collect(sink);
      if (stopping) {
        if (giveUpNanos == 0) {
          giveUpNanos = System.nanoTime() + STOP_GRACE_NANOS;
          discardRest();
        } else if (System.nanoTime() - giveUpNanos > 0) {
          return damage;
        }
      } else if (!ended) {
        try {
          work += deal(source, sink);
        } catch (SourceException e) {
          damage = e.damage;
          ended = true;
        }
      }
      if ((ended || stopping) && next == null && dealer.isQuiet()) {
        if (!stopping) {
          killAtEnd(sink);
        }
        return damage;
      }
      if (work > 0) {
        idle = 0;
      } else {
        idle = rest(idle, sink);
      }
    }
  }

  // --- what comes out ---

  private int collect(FrameSink sink) throws IOException, InterruptedException {
    int work = 0;
    for (Lane lane : fleet.lanes()) {
      if (lane.open) {
        work += drain(lane, sink);
      }
    }
    for (Packet packet = buffers.pollReleased(); packet != null; packet = buffers.pollReleased()) {
      work++;
      dealer.arrived(packet);
      Packet waiting = dealer.takeWaiting(packet);
      while (waiting != null) {
        handOut(waiting, sink);
        waiting = dealer.takeWaiting(packet);
      }
    }
    return work;
  }

  private int drain(Lane lane, FrameSink sink) throws IOException {
    int all = 0;
    while (true) {
      int count = lane.port.drain(burst, BURST);
      for (int i = 0; i < count; i++) {
        sink.write(burst[i]);
        burst[i].release();
      }
      lane.sent += count;
      packetsOut += count;
      all += count;
      if (count < BURST) {
        break;
      }
    }
    if (all > 0) {
      unflushed = true;
      lastWriteNanos = System.nanoTime();
    }
    return all;
  }

  // --- what goes in ---

  /** Damage of the source, kept apart from that of the sink. */
  private static final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;
    final transient IOException damage;

    SourceException(IOException damage) {
      super(damage);
      this.damage = damage;
    }
  }

  private int deal(FrameSource source, FrameSink sink)
      throws SourceException, IOException, InterruptedException {
    int count = 0;
    while (count < BURST && !isAhead()) {
      if (next == null) {
        next = read(source);
        if (next == null) {
          break;
        }
        dealer.present(next);
      }
      if (!dealer.admits(next)) {
        break;
      }
      Packet packet = next;
      next = null;
      placed++;
      count++;
      if (dealer.place(packet)) {
        handOut(packet, sink);
      }
    }
    if (count > 0) {
      listener.onProgress(source.bytesRead(), source.totalBytes(), dealer.dealt());
    }
    return count;
  }

  /** Whether the packets so far are more than the rate allows. */
  private boolean isAhead() {
    double rate = config.packetsPerSecond();
    return rate > 0 && placed > (System.nanoTime() - beginNanos) * rate / 1e9;
  }

  private boolean frameAtHand;

  private @Nullable Packet read(FrameSource source) throws SourceException {
    try {
      if (!frameAtHand) {
        switch (source.next()) {
          case FRAME -> frameAtHand = true;
          case NOT_YET -> {
            return null;
          }
          case END -> {
            ended = true;
            return null;
          }
        }
      }
    } catch (IOException e) {
      throw new SourceException(e);
    }
    int length = source.length();
    if (!buffers.has(length)) {
      return null;
    }
    frameAtHand = false;
    Packet packet = buffers.acquire(length);
    MemorySegment.copy(source.memory(), source.offset(), packet.memory(), packet.offset(), length);
    packet.wrap(
        packet.memory(), packet.offset(), length, source.wireLength(), source.timestampNanos());
    packet.linkType(source.linkType());
    PacketParser.parse(packet);
    return packet;
  }

  private void handOut(Packet packet, FrameSink sink) throws IOException, InterruptedException {
    Lane lane = dealer.depart(packet);
    listener.onDeparture(packet, lane.instanceIndex);
    if (!lane.port.offer(packet)) {
      throw new IllegalStateException("ring of lane " + lane.index + " is full");
    }
    if (dealer.isKillDue(lane)) {
      kill(sink);
    }
  }

  // --- ends ---

  private void kill(FrameSink sink) throws IOException, InterruptedException {
    int victim = dealer.victim();
    fleet.kill(victim);
    long lost = 0;
    for (Lane lane : fleet.lanes()) {
      if (lane.instanceIndex == victim) {
        drain(lane, sink); // sent before it died
        lane.port.close(); // what it had not even taken
        lost += lane.dealt - lane.sent - ReplayResult.notSent(lane.metrics);
      }
    }
    String name = fleet.instances().get(victim).name();
    dealer.killed(name, lost);
    listener.onKill(name, dealer.dealt(), lost);
  }

  /** A kill that was still to come comes at the end, when nothing is left to lose. */
  private void killAtEnd(FrameSink sink) throws IOException, InterruptedException {
    if (dealer.isKillOverdue()) {
      kill(sink);
    }
  }

  private void discardRest() {
    if (next != null) {
      dealer.discard(next);
      next = null;
    }
    dealer.discardWaiting();
  }

  @SuppressWarnings("ThreadPriorityCheck") // the pipes may need this core
  private int rest(int idle, FrameSink sink) throws IOException {
    if (idle % CHECK_EVERY == CHECK_EVERY - 1) {
      fleet.check();
      if (unflushed && System.nanoTime() - lastWriteNanos > FLUSH_NANOS) {
        sink.flush();
        unflushed = false;
      }
    }
    if (idle < SPINS) {
      Thread.onSpinWait();
    } else if (idle < SPINS + YIELDS) {
      Thread.yield();
    } else {
      LockSupport.parkNanos(PARK_NANOS);
    }
    return idle + 1 < Integer.MAX_VALUE ? idle + 1 : SPINS + YIELDS;
  }
}

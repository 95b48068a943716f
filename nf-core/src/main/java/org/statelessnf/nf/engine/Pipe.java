package org.statelessnf.nf.engine;

import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.port.PacketPort;
import org.statelessnf.store.StateStore;

/**
 * A packet's way through an instance: in by {@link Intake}, into a {@link Flight} (what has
 * arrived, up to a maximum: a lone packet never waits for company), its records read once per
 * distinct key, {@link FlightStep processed}, {@link FlightCommit committed}, and only then {@link
 * Release released}. Several batches are on their way at a time ({@link FlightRing}).
 *
 * <p>One worker thread does all of it; with {@link PipeConfig#receiveThread} a second one polls the
 * ports. Pipes share nothing but the store.
 */
final class Pipe {
  private static final long HOUSEKEEPING_NANOS = 100_000_000;

  private final String name;
  private final NetworkFunction function;
  private final PipePorts ports;
  private final PipeConfig config;
  private final PipeMetrics metrics = new PipeMetrics();
  private final StoreBinding store;
  private final Intake intake;
  private final FlightRing ring;
  private final Release release;
  private final Aftermath aftermath;
  private final TimerClaims timers;
  private final Thread worker;
  private long nextHousekeepingNanos;
  private volatile boolean killed;
  private volatile int lost;
  private volatile @Nullable Throwable failure;

  Pipe(
      String name,
      NetworkFunction function,
      StateStore stateStore,
      PipePorts ports,
      PipeConfig config) {
    this.name = name;
    this.function = function;
    this.ports = ports;
    this.config = config;
    this.store = new StoreBinding(stateStore, function);
    this.intake = new Intake(name, ports, config);
    int maxItems = config.maxBatch() + TimerClaims.MAX_PER_BATCH;
    this.ring = new FlightRing(config, maxItems, function, store, metrics);
    this.release = new Release(ports, function, metrics, config.maxBatch());
    this.aftermath = new Aftermath(store, ring.anyTable(), config, metrics);
    this.timers = new TimerClaims(store, config, metrics);
    this.worker = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  void start() {
    intake.start();
    worker.start();
  }

  PipeMetrics metrics() {
    return metrics;
  }

  /** What ended the worker before its time, or null. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Packets that were in the pipe when it was killed. */
  int lost() {
    return lost;
  }

  boolean isAlive() {
    return worker.isAlive();
  }

  /** Takes no more packets in, finishes what it has; returns at once. */
  void stop() {
    intake.stop();
  }

  /** Ends at once: no flush, no goodbye. Packets in the pipe are lost. */
  void kill() {
    killed = true;
  }

  /** Waits until the worker has ended. */
  void join() throws InterruptedException {
    worker.join();
  }

  private void run() {
    try {
      loop();
      if (!killed) {
        function.close(store);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      end();
    }
  }

  private void loop() {
    store.clock(clock());
    store.housekeeping();
    nextHousekeepingNanos = System.nanoTime() + HOUSEKEEPING_NANOS;
    int idle = 0;
    while (!killed) {
      int work = 0;
      if (store.session().inFlight() > 0) {
        work += store.session().poll();
      }
      work += ring.advance();
      while (ring.isHeadSettled()) {
        releaseHead();
        work++;
      }
      work += fill();
      aftermath.advance();
      if (work > 0) {
        idle = 0;
      } else {
        idle = pause(idle);
        if (isFinished()) {
          return;
        }
      }
    }
  }

  private boolean isFinished() {
    return ring.isEmpty()
        && (intake.isStopping() || intake.isExhausted())
        && timers.available() == 0
        && aftermath.isIdle();
  }

  private int pause(int idle) {
    long now = System.nanoTime();
    timers.advance(now);
    if (now - nextHousekeepingNanos >= 0) {
      housekeeping(now);
    }
    return Idle.rest(idle);
  }

  private void housekeeping(long now) {
    store.clock(clock());
    store.housekeeping();
    nextHousekeepingNanos = now + HOUSEKEEPING_NANOS;
  }

  private long clock() {
    long clock = Long.MIN_VALUE;
    for (PacketPort port : ports.ingress()) {
      clock = Math.max(clock, port.clockNanos());
    }
    return clock;
  }

  /** Fills the next batch with what has arrived. */
  private int fill() {
    if (ring.isFull()) {
      return 0;
    }
    boolean stopped = intake.isStopping() && !config.receiveThread();
    Packet[] arrived = ring.vacant().packetArray();
    int count = stopped ? 0 : intake.take(arrived, config.maxBatch());
    int expired = timers.available();
    if (count == 0 && expired == 0) {
      return 0;
    }
    Flight flight = ring.open();
    FlightStep step = ring.step(flight);
    metrics.received(count);
    for (int i = 0; i < count; i++) {
      Packet packet = arrived[i];
      store.clock(packet.timestampNanos());
      if (config.checkChecksums() && isCorrupt(packet)) {
        release.drop(packet, DropReason.BAD_CHECKSUM);
      } else {
        step.add(packet);
      }
    }
    long now = System.nanoTime();
    if (expired > 0) {
      store.clock(clock());
      timers.fill(flight, step);
    }
    ring.launch(flight);
    timers.advance(now);
    if (now - nextHousekeepingNanos >= 0) {
      housekeeping(now);
    }
    return count + expired;
  }

  private static boolean isCorrupt(Packet packet) {
    return packet.parseStatus() == ParseStatus.OK
        && (Checksum.verifyIpv4Header(packet) == Checksum.INVALID
            || Checksum.verifyTransport(packet) == Checksum.INVALID);
  }

  private void releaseHead() {
    Flight flight = ring.settledHead();
    release.release(flight, System.nanoTime(), store.nowNanos());
    aftermath.add(flight);
    ring.retire();
  }

  private void end() {
    try {
      lost = intake.discard() + discardFlights();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
    ring.close();
    aftermath.close();
  }

  /** Gives back the packets of unfinished batches, so that the pools have all their buffers. */
  private int discardFlights() {
    int count = 0;
    for (int f = 0; f < ring.size(); f++) {
      Flight flight = ring.inFlight(f);
      for (int i = 0; i < flight.packets(); i++) {
        flight.packetArray()[i].release();
        count++;
      }
    }
    return count;
  }

  @Override
  public String toString() {
    return name;
  }
}

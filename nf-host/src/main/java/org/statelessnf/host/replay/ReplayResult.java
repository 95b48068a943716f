package org.statelessnf.host.replay;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.store.Outcome;

/** What happened in a replay. */
public final class ReplayResult {
  private final long packetsIn;
  private final long packetsOut;
  private final long discarded;
  private final long elapsedNanos;
  private final @Nullable Kill kill;
  private final List<LaneResult> lanes = new ArrayList<>();

  /**
   * An instance was killed.
   *
   * @param instance its name
   * @param afterPackets packets dealt by then, to all instances
   * @param lost packets that died with it
   */
  public record Kill(String instance, long afterPackets, long lost) {}

  /**
   * What one pipe did.
   *
   * @param instance name of its instance
   * @param killed whether that was killed
   * @param dealt packets dealt to the pipe
   * @param sent packets that came out of it
   * @param metrics its own counts
   */
  public record LaneResult(
      String instance, boolean killed, long dealt, long sent, PipeMetrics metrics) {}

  ReplayResult(
      long packetsIn,
      long packetsOut,
      long discarded,
      long elapsedNanos,
      @Nullable Kill kill,
      List<Lane> lanes) {
    this.packetsIn = packetsIn;
    this.packetsOut = packetsOut;
    this.discarded = discarded;
    this.elapsedNanos = elapsedNanos;
    this.kill = kill;
    for (Lane lane : lanes) {
      this.lanes.add(
          new LaneResult(lane.instance.name(), !lane.open, lane.dealt, lane.sent, lane.metrics));
    }
  }

  /**
   * What happened where nobody dealt: each pipe took what came to its own ports.
   *
   * @param elapsedNanos from start to end
   * @param lanes each pipe
   */
  public static ReplayResult ofLanes(long elapsedNanos, List<LaneResult> lanes) {
    long in = lanes.stream().mapToLong(LaneResult::dealt).sum();
    long out = lanes.stream().mapToLong(LaneResult::sent).sum();
    ReplayResult result = new ReplayResult(in, out, 0, elapsedNanos, null, List.of());
    result.lanes.addAll(lanes);
    return result;
  }

  /** Packets that a pipe dropped, for whatever reason. */
  public static long drops(PipeMetrics metrics) {
    long sum = 0;
    for (int i = 0; i < DropReason.count(); i++) {
      sum += metrics.drops(DropReason.of(i));
    }
    return sum;
  }

  /** Packets that a pipe took in and did not send, less those that it sent beside. */
  static long notSent(PipeMetrics metrics) {
    return drops(metrics) + metrics.held() - metrics.emitted();
  }

  /** Packets dealt to instances. */
  public long packetsIn() {
    return packetsIn;
  }

  /** Packets that came out. */
  public long packetsOut() {
    return packetsOut;
  }

  /** Packets read but not dealt, because the replay was stopped. */
  public long discarded() {
    return discarded;
  }

  /** From the first packet to the last release. */
  public long elapsedNanos() {
    return elapsedNanos;
  }

  /** The kill, or null. */
  public @Nullable Kill kill() {
    return kill;
  }

  /** Packets that died with the instance that was killed. */
  public long lostWithInstance() {
    return kill == null ? 0 : kill.lost();
  }

  /** Each pipe, in the order in which packets are dealt to them. */
  public List<LaneResult> lanes() {
    return List.copyOf(lanes);
  }

  /** Packets dropped, by reason; reasons without a drop are left out. */
  public Map<DropReason, Long> drops() {
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    for (LaneResult lane : lanes) {
      drops(lane).forEach((reason, count) -> drops.merge(reason, count, Long::sum));
    }
    return drops;
  }

  /** Packets that a pipe dropped, by reason. */
  public static Map<DropReason, Long> drops(LaneResult lane) {
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    for (int i = 0; i < DropReason.count(); i++) {
      long count = lane.metrics().drops(DropReason.of(i));
      if (count > 0) {
        drops.put(DropReason.of(i), count);
      }
    }
    return drops;
  }

  /** Packets dropped for whatever reason. */
  public long dropped() {
    return lanes.stream().mapToLong(lane -> drops(lane.metrics())).sum();
  }

  /** Store operations that failed, by outcome; outcomes that did not occur are left out. */
  public Map<Outcome, Long> storeFailures() {
    Map<Outcome, Long> failures = new EnumMap<>(Outcome.class);
    for (LaneResult lane : lanes) {
      for (Outcome outcome : Outcome.values()) {
        long count = lane.metrics().storeFailures(outcome);
        if (count > 0) {
          failures.merge(outcome, count, Long::sum);
        }
      }
    }
    return failures;
  }

  /** Records of a table that were created. */
  public long recordsCreated(StateTable table) {
    return lanes.stream().mapToLong(lane -> lane.metrics().recordsCreated(table)).sum();
  }

  /**
   * Sum of one of the pipes' counts.
   *
   * @param count which one
   */
  public long sum(java.util.function.ToLongFunction<PipeMetrics> count) {
    return lanes.stream().mapToLong(lane -> count.applyAsLong(lane.metrics())).sum();
  }

  /** Mean number of packets in a batch, 0 if there was none. */
  public double batchSizeMean() {
    long batches = sum(PipeMetrics::batches);
    return batches == 0 ? 0 : (double) sum(PipeMetrics::packetsIn) / batches;
  }

  /** From receipt by a pipe to release, of every packet sent. */
  public Histogram latencyNanos() {
    Histogram all = new Histogram(3);
    lanes.forEach(lane -> all.add(lane.metrics().latencyNanos()));
    return all;
  }

  /** Packets per second, in and out of all instances. */
  public double packetsPerSecond() {
    return elapsedNanos == 0 ? 0 : packetsIn * 1e9 / elapsedNanos;
  }

  /** The first exception that a network function threw, or null. */
  public @Nullable RuntimeException firstFunctionFailure() {
    for (LaneResult lane : lanes) {
      RuntimeException failure = lane.metrics().firstFunctionFailure();
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }
}

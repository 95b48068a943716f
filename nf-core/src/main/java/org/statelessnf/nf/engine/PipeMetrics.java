package org.statelessnf.nf.engine;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.Outcome;

/**
 * What a pipe has done. Written by the pipe's worker only, without locks; another thread that reads
 * while the pipe runs sees counts that are a little old, and exact ones after the pipe has ended.
 * The latency histogram is complete only then.
 */
public final class PipeMetrics {
  private static final int USUAL_TABLES = 8;
  private static final long HIGHEST_LATENCY_NANOS = 60_000_000_000L;

  private final long[] drops = new long[DropReason.count()];
  private final long[] failures = new long[Outcome.values().length];
  private final Histogram latencyNanos = new Histogram(1_000, HIGHEST_LATENCY_NANOS, 3);
  private final Histogram batchSizes = new Histogram(1, 1 << 16, 3);
  private long packetsIn;
  private long packetsOut;
  private long failedOpen;
  private long held;
  private long emitted;
  private long batches;
  private long storeReads;
  private long localReads;
  private long remoteReads;
  private long storeWrites;
  private long[] recordsCreated = new long[USUAL_TABLES];
  private long conflicts;
  private long timersFired;
  private long functionFailures;
  private @Nullable RuntimeException firstFunctionFailure;

  PipeMetrics() {}

  // --- written by the worker ---

  void received(int count) {
    packetsIn += count;
  }

  void batch(int packets, int distinctRecords) {
    if (packets > 0) {
      batches++;
      batchSizes.recordValue(packets);
    }
    storeReads += distinctRecords;
  }

  void rereads(int count) {
    storeReads += count;
  }

  void placed(int local, int all) {
    localReads += local;
    remoteReads += all - local;
  }

  void writes(int count) {
    storeWrites += count;
  }

  void created(StateTable table) {
    int index = table.index();
    if (index >= recordsCreated.length) {
      recordsCreated = Arrays.copyOf(recordsCreated, index + USUAL_TABLES);
    }
    recordsCreated[index]++;
  }

  void conflict() {
    conflicts++;
  }

  void timerFired() {
    timersFired++;
  }

  void storeFailed(Outcome outcome) {
    failures[outcome.code()]++;
  }

  void functionFailed(RuntimeException e) {
    functionFailures++;
    if (firstFunctionFailure == null) {
      firstFunctionFailure = e;
    }
  }

  void dropped(DropReason reason) {
    drops[reason.index()]++;
  }

  void sent(long latency, int packets) {
    packetsOut += packets;
    latencyNanos.recordValueWithCount(Math.clamp(latency, 0L, HIGHEST_LATENCY_NANOS), packets);
  }

  void unsent() {
    packetsOut--;
  }

  void countHeld() {
    held++;
  }

  void countEmitted() {
    emitted++;
  }

  void emittedSent() {
    packetsOut++;
  }

  void passedUnjudged() {
    failedOpen++;
  }

  // --- read by anyone ---

  /** Packets received. */
  public long packetsIn() {
    return packetsIn;
  }

  /** Packets sent, emitted ones included. */
  public long packetsOut() {
    return packetsOut;
  }

  /** Packets that left the wire for a record, to be emitted later. */
  public long held() {
    return held;
  }

  /**
   * Frames that steps emitted: packets that had been held, and those that the network function
   * made. Each was sent or is counted as dropped.
   */
  public long emitted() {
    return emitted;
  }

  /**
   * Packets dropped for a reason.
   *
   * @param reason the reason
   */
  public long drops(DropReason reason) {
    return drops[reason.index()];
  }

  /** Packets passed without a verdict because the store did not answer (policy PASS). */
  public long failedOpen() {
    return failedOpen;
  }

  /** Batches that held at least one packet. */
  public long batches() {
    return batches;
  }

  /** Records read, repeated reads included. */
  public long storeReads() {
    return storeReads;
  }

  /** Of the reads, those of records that this process owns; 0 if the store does not say. */
  public long localReads() {
    return localReads;
  }

  /** Of the reads, those of records that another process owns; 0 if the store does not say. */
  public long remoteReads() {
    return remoteReads;
  }

  /** Records written, removed or incremented. */
  public long storeWrites() {
    return storeWrites;
  }

  /**
   * Records of a table that were written where none had been.
   *
   * @param table one of the network function's tables
   */
  public long recordsCreated(StateTable table) {
    int index = table.index();
    return index < recordsCreated.length ? recordsCreated[index] : 0;
  }

  /** Conditional writes that met a mismatch. */
  public long conflicts() {
    return conflicts;
  }

  /** Expired timers handled. */
  public long timersFired() {
    return timersFired;
  }

  /**
   * Store operations that ended with an outcome other than success or mismatch.
   *
   * @param outcome the outcome
   */
  public long storeFailures(Outcome outcome) {
    return failures[outcome.code()];
  }

  /** Exceptions thrown by the network function. */
  public long functionFailures() {
    return functionFailures;
  }

  /** The first of them, or null. */
  public @Nullable RuntimeException firstFunctionFailure() {
    return firstFunctionFailure;
  }

  /** Time from receipt to release of each packet sent, in nanoseconds; emitted ones left out. */
  public Histogram latencyNanos() {
    return latencyNanos;
  }

  /** Packets per batch. */
  public Histogram batchSizes() {
    return batchSizes;
  }
}

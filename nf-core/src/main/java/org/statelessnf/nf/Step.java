package org.statelessnf.nf;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What one call of {@link NetworkFunction#process} works with: records, time, and the verdict to be
 * filled in. The verdict is data; the engine applies it after the writes were acknowledged.
 *
 * <p>A call that gives no verdict drops the packet with {@link DropReason#NO_VERDICT}.
 */
public interface Step {

  /** The packet's time in nanoseconds since the epoch; for a timer, the engine's packet clock. */
  long nowNanos();

  /**
   * How often this packet was processed before in this {@link #leg}: 0, then 1 and up when a
   * conditional write of its records met a mismatch.
   */
  int attempt();

  /**
   * A record that {@code locate} asked for.
   *
   * @param index in the order of {@code locate}
   */
  StagedRecord record(int index);

  /** How many records {@code locate} asked for. */
  int records();

  /**
   * A further record whose key follows from the records read, such as the other half of a mapping.
   * If it was not read yet, the answer is null: return from {@code process} without a verdict; the
   * engine reads the record and processes the packet's group again.
   *
   * @param table one of the layout's tables
   * @param key segment that holds the key, copied
   * @param offset where it starts
   * @param length its length
   * @return the record, or null to be called again
   */
  @Nullable StagedRecord fetch(StateTable table, MemorySegment key, long offset, int length);

  /**
   * A record that was not located because its key follows from the records read: it is taken to be
   * absent, and creating it ({@link StagedRecord#write}) is written <b>if-absent, before</b> the
   * located records. If it turns out to exist, nothing else of this packet's group is written and
   * the group is processed again, with {@link #attempt} counted up. The way to claim something,
   * such as a port. A claim that an earlier attempt wrote is met as an existing record by the later
   * ones; one that is no longer wanted stays until its timer cleans it up, so arm one.
   *
   * <p>If a record with that key is staged in this batch already, that one is returned; if it was
   * read, its change is written on the condition of the version that was read, but before the
   * located records all the same: whoever sees those sees it.
   *
   * @param table one of the layout's tables, not of class READ_MOSTLY
   * @param key segment that holds the key, copied
   * @param offset where it starts
   * @param length its length
   */
  StagedRecord claim(StateTable table, MemorySegment key, long offset, int length);

  /**
   * Adds to a counter at the store when the batch commits. Counted at most once per verdict; on a
   * lost reply it may be missing.
   *
   * @param table one of the layout's tables
   * @param key segment that holds the key, copied
   * @param offset where it starts
   * @param length its length
   * @param delta what to add
   */
  void increment(StateTable table, MemorySegment key, long offset, int length, long delta);

  /**
   * Arms the record's timer, one per record, replacing its earlier setting. It is armed before the
   * record is written, so that no record can be left without one.
   *
   * @param record a record of this step
   * @param delayMillis from now
   */
  void armTimer(StagedRecord record, long delayMillis);

  /** Verdict: the packet goes on to the other side, with the {@link #rewrite} applied. */
  void forward();

  /** Verdict: the packet goes back to the side it came from, with the {@link #rewrite} applied. */
  void hairpin();

  /**
   * Verdict, for now: commit what this call did, then call again, with {@link #leg} one higher.
   * What belongs to a later leg is thus never written before what belongs to an earlier one, and a
   * mismatch in a later leg does not have an earlier one processed again. If a record cannot be
   * written, the packet is dropped, and what earlier legs wrote stands. Frames and reports of all
   * legs leave at the end; a {@link #rewrite} and a verdict count only in the last leg.
   *
   * <p>Packets of a batch that share records go on together: none is processed in a leg before all
   * of them have committed the one before.
   *
   * @param carried segment that holds what {@link #carried} answers in the next leg; copied
   * @param offset where it starts
   * @param length its length in bytes, perhaps 0
   */
  void proceed(MemorySegment carried, long offset, int length);

  /** How often this packet has proceeded. */
  int leg();

  /** What the leg before carried over, in {@link #carriedLength} bytes; ask anew in each leg. */
  MemorySegment carried();

  /** Where it starts in {@link #carried}. */
  long carriedOffset();

  /** Its length; 0 in the first leg. */
  int carriedLength();

  /**
   * Verdict: the packet leaves the wire without being lost, because its bytes are in a record now,
   * from which some step, perhaps of another instance, will {@link #emit} them. Counted as held,
   * not as dropped.
   */
  void hold();

  /**
   * Verdict: the packet is dropped and counted.
   *
   * @param reason why
   */
  void drop(DropReason reason);

  /**
   * Verdict: the step lacks something that housekeeping can get, such as a port block. The engine
   * calls {@link NetworkFunction#housekeeping} and processes the packet's group again; if it is
   * asked again and again, it drops the packet with the reason.
   *
   * @param reason why the packet is dropped if housekeeping does not help
   */
  void defer(DropReason reason);

  /**
   * Verdict, for now: what this step builds on is about to be written by another instance, which
   * has taken an earlier packet. What the batch did is written, then the packet is processed again
   * on records that are read anew; its batch waits with it. To be called before anything is written
   * or emitted.
   *
   * @return false, with no effect, once that took {@link
   *     org.statelessnf.nf.engine.PipeConfig#patience}, or for a timer: then decide without
   */
  boolean retry();

  /**
   * Whether a function in front of this one, in a chain, puts TCP segments in order ({@link
   * NetworkFunction#putsInOrder}): then a segment ahead of its place follows one that another
   * instance has let through.
   */
  default boolean isInOrder() {
    return false;
  }

  /**
   * Sends a further frame once all writes of this step are acknowledged: a packet that was held, or
   * one that the network function makes itself. Frames leave in the order of the calls; those
   * emitted before the verdict leave before the packet, the others behind it. No {@link #rewrite}
   * applies to them.
   *
   * @param frame segment that holds the whole frame, of the packet's link type; copied
   * @param offset where it starts
   * @param length its length in bytes
   * @param toOutside the side that it leaves to
   */
  void emit(MemorySegment frame, long offset, int length, boolean toOutside);

  /**
   * A frame that would have been emitted, a packet that was held perhaps, is dropped instead: once
   * all writes of this step are acknowledged, it counts as emitted and as dropped.
   *
   * @param reason why
   */
  void discardFrame(DropReason reason);

  /**
   * Says something to the world outside the store, such as an alert: once all writes of this step
   * are acknowledged, the bytes are handed to {@link NetworkFunction#reported}, once.
   *
   * @param report segment that holds the bytes, copied
   * @param offset where they start
   * @param length how many
   */
  void report(MemorySegment report, long offset, int length);

  /** Header fields to be rewritten when the packet is released; empty at the start of a step. */
  Rewrite rewrite();
}

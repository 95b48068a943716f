package org.statelessnf.nf.chain;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;

/**
 * One call of one link: the records it asked for and what it decided. Everything that concerns the
 * store goes on to the chain's own step at once; verdict, rewrite and emitted frames are kept, for
 * the links behind to see. Reused.
 */
final class LinkStep implements Keys, Step {
  /** What a link said about a packet. */
  enum Action {
    NONE,
    FORWARD,
    HAIRPIN,
    HOLD,
    DROP,
    PROCEED,
    RETRY
  }

  private static final int KEY_BYTES = 512;
  private static final int FRAME_BYTES = 2048;
  private static final int USUAL = 8;

  private final Bytes keys = new Bytes(KEY_BYTES);
  private StateTable[] keyTable = new StateTable[USUAL];
  private long[] keyOffset = new long[USUAL];
  private int[] keyLength = new int[USUAL];
  private StagedRecord[] records = new StagedRecord[USUAL];
  private int keyCount;
  private long reserved;

  private final Bytes frames = new Bytes(FRAME_BYTES);
  private long[] frameOffset = new long[USUAL];
  private int[] frameLength = new int[USUAL];
  private boolean[] frameToOutside = new boolean[USUAL];
  private int frameCount;

  private final Bytes carried = new Bytes(KEY_BYTES);
  private int carriedLength;
  private int leg;
  private final Rewrite rewrite = new Rewrite();
  private @Nullable Link link;
  private @Nullable Step chain;
  private Action action = Action.NONE;
  private DropReason reason = DropReason.NO_VERDICT;
  private int framesBefore;
  private boolean interrupted;

  /**
   * Starts a call.
   *
   * @param newLink whose
   * @param newChain the chain's step
   * @param newLeg the link's own leg
   * @param from what its leg before carried over
   * @param offset where that starts
   * @param length its length
   */
  void begin(Link newLink, Step newChain, int newLeg, MemorySegment from, long offset, int length) {
    link = newLink;
    chain = newChain;
    leg = newLeg;
    carried.clear();
    carried.append(from, offset, length);
    carriedLength = length;
    keys.clear();
    keyCount = 0;
    frames.clear();
    frameCount = 0;
    framesBefore = 0;
    rewrite.clear();
    action = Action.NONE;
    reason = DropReason.NO_VERDICT;
    interrupted = false;
  }

  /**
   * Gets the records behind the keys that were located.
   *
   * @return false if some have to be read first
   */
  boolean fetchRecords() {
    if (records.length < keyCount) {
      records = new StagedRecord[keyCount];
    }
    boolean complete = true;
    for (int i = 0; i < keyCount; i++) {
      StagedRecord record = chain().fetch(keyTable[i], keys.memory(), keyOffset[i], keyLength[i]);
      if (record == null) {
        complete = false; // and ask for the others all the same: one round trip for all
      } else {
        records[i] = record;
      }
    }
    return complete;
  }

  /** Whether the call has to be repeated: for a record, or after housekeeping. */
  boolean isInterrupted() {
    return interrupted;
  }

  Action action() {
    return action;
  }

  DropReason reason() {
    return reason;
  }

  // --- frames ---

  /** Frames emitted. */
  int frames() {
    return frameCount;
  }

  /** How many of them leave before the packet. */
  int framesBefore() {
    boolean decided = action != Action.NONE && action != Action.PROCEED;
    return decided ? framesBefore : frameCount;
  }

  boolean frameToOutside(int index) {
    return frameToOutside[index];
  }

  MemorySegment frameMemory() {
    return frames.memory();
  }

  long frameOffset(int index) {
    return frameOffset[index];
  }

  int frameLength(int index) {
    return frameLength[index];
  }

  // --- Keys ---

  @Override
  public void add(StateTable table, MemorySegment key, long offset, int length) {
    reserved = keys.append(key, offset, length);
    commit(table, length);
  }

  @Override
  public long reserve(int maxBytes) {
    reserved = keys.allocate(maxBytes);
    return reserved;
  }

  @Override
  public MemorySegment memory() {
    return keys.memory();
  }

  @Override
  public void commit(StateTable table, int length) {
    if (keyCount == keyOffset.length) {
      keyTable = Arrays.copyOf(keyTable, 2 * keyCount);
      keyOffset = Arrays.copyOf(keyOffset, 2 * keyCount);
      keyLength = Arrays.copyOf(keyLength, 2 * keyCount);
    }
    keyTable[keyCount] = link().chained(table);
    keyOffset[keyCount] = reserved;
    keyLength[keyCount++] = length;
  }

  // --- Step ---

  @Override
  public long nowNanos() {
    return chain().nowNanos();
  }

  @Override
  public int attempt() {
    return chain().attempt();
  }

  @Override
  public StagedRecord record(int index) {
    if (index < 0 || index >= keyCount) {
      throw new IndexOutOfBoundsException("record " + index + " of " + keyCount);
    }
    return records[index];
  }

  @Override
  public int records() {
    return keyCount;
  }

  @Override
  public @Nullable StagedRecord fetch(
      StateTable table, MemorySegment key, long offset, int length) {
    StagedRecord record = chain().fetch(link().chained(table), key, offset, length);
    interrupted |= record == null;
    return record;
  }

  @Override
  public StagedRecord claim(StateTable table, MemorySegment key, long offset, int length) {
    return chain().claim(link().chained(table), key, offset, length);
  }

  @Override
  public void increment(StateTable table, MemorySegment key, long offset, int length, long delta) {
    chain().increment(link().chained(table), key, offset, length, delta);
  }

  @Override
  public void armTimer(StagedRecord record, long delayMillis) {
    chain().armTimer(record, delayMillis);
  }

  @Override
  public void forward() {
    decide(Action.FORWARD);
  }

  @Override
  public void hairpin() {
    decide(Action.HAIRPIN);
  }

  @Override
  public void proceed(MemorySegment over, long offset, int length) {
    carried.clear();
    carried.append(over, offset, length);
    carriedLength = length;
    action = Action.PROCEED;
  }

  @Override
  public int leg() {
    return leg;
  }

  @Override
  public MemorySegment carried() {
    return carried.memory();
  }

  @Override
  public long carriedOffset() {
    return 0;
  }

  @Override
  public int carriedLength() {
    return carriedLength;
  }

  @Override
  public void hold() {
    decide(Action.HOLD);
  }

  @Override
  public void drop(DropReason why) {
    decide(Action.DROP);
    reason = why;
  }

  @Override
  public void defer(DropReason why) {
    interrupted = true;
    chain().defer(why);
  }

  @Override
  public void emit(MemorySegment frame, long offset, int length, boolean toOutside) {
    if (frameCount == frameOffset.length) {
      frameOffset = Arrays.copyOf(frameOffset, 2 * frameCount);
      frameLength = Arrays.copyOf(frameLength, 2 * frameCount);
      frameToOutside = Arrays.copyOf(frameToOutside, 2 * frameCount);
    }
    frameOffset[frameCount] = frames.append(frame, offset, length);
    frameLength[frameCount] = length;
    frameToOutside[frameCount++] = toOutside;
  }

  @Override
  public boolean retry() {
    if (!chain().retry()) {
      return false;
    }
    decide(Action.RETRY);
    return true;
  }

  @Override
  public boolean isInOrder() {
    return link().inOrder;
  }

  @Override
  public void discardFrame(DropReason why) {
    chain().discardFrame(why);
  }

  /** With the link's number in front. */
  @Override
  public void report(MemorySegment report, long offset, int length) {
    long at = frames.allocate(1 + length);
    frames.memory().set(ValueLayout.JAVA_BYTE, at, (byte) link().index);
    MemorySegment.copy(report, offset, frames.memory(), at + 1, length);
    chain().report(frames.memory(), at, 1 + length);
  }

  @Override
  public Rewrite rewrite() {
    return rewrite;
  }

  private void decide(Action newAction) {
    if (action == Action.NONE || action == Action.PROCEED) {
      framesBefore = frameCount;
    }
    action = newAction;
  }

  private Link link() {
    if (link == null) {
      throw new IllegalStateException("no call has begun");
    }
    return link;
  }

  private Step chain() {
    if (chain == null) {
      throw new IllegalStateException("no call has begun");
    }
    return chain;
  }
}

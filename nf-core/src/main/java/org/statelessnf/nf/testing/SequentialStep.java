package org.statelessnf.nf.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.testing.Verdict.Action;

/**
 * One decision of a network function: the keys that it located, the records behind them, and what
 * an attempt made of them. {@link SequentialRunner} reads, repeats and commits.
 */
final class SequentialStep implements Keys, Step {
  private static final int SCRATCH_BYTES = 1 << 20;

  /** An addition to a counter, to be made at the commit. */
  record Addition(RecordId id, long delta) {}

  private final MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH_BYTES, 8);
  private long scratchUsed;
  private MemorySegment reserved = MemorySegment.NULL;

  private final List<SequentialRecord> located = new ArrayList<>();
  private final Map<RecordId, SequentialRecord> staged = new LinkedHashMap<>();
  private final Set<SequentialRecord> claims = new HashSet<>();
  private final List<Addition> additions = new ArrayList<>();
  private final Map<SequentialRecord, Long> timers = new LinkedHashMap<>();
  private @Nullable RecordId wanted;
  private long nowNanos;
  private int attempt;
  private int leg;
  private byte[] carried = {};
  private byte @Nullable [] next;
  private @Nullable Action action;
  private @Nullable DropReason reason;
  private boolean deferred;
  private Rewrite rewrite = new Rewrite();
  private List<Verdict.Frame> before = new ArrayList<>();
  private List<Verdict.Frame> after = new ArrayList<>();
  private final List<byte[]> reports = new ArrayList<>();
  private List<Verdict.Frame> keptFrames = List.of();
  private List<byte[]> keptReports = List.of();

  /** Starts a new decision. */
  void begin(long now) {
    scratchUsed = 0;
    located.clear();
    staged.clear();
    nowNanos = now;
    leg = 0;
    carried = new byte[0];
    keptFrames = List.of();
    keptReports = List.of();
    startAttempt(0);
  }

  /** Whether the attempt, once committed, is to be followed by another leg. */
  boolean proceeds() {
    return next != null;
  }

  /** The last attempt is committed: the next leg begins. */
  void startLeg() {
    leg++;
    carried = Objects.requireNonNull(next);
    keptFrames = before;
    keptReports = List.copyOf(reports);
  }

  /** Starts an attempt: records as they were read, nothing decided, claims forgotten. */
  void startAttempt(int number) {
    attempt = number;
    staged.values().removeIf(SequentialRecord::claimed);
    staged.values().forEach(SequentialRecord::reset);
    claims.clear();
    additions.clear();
    timers.clear();
    wanted = null;
    action = null;
    reason = null;
    deferred = false;
    rewrite = new Rewrite();
    before = new ArrayList<>(keptFrames);
    after = new ArrayList<>();
    reports.clear();
    reports.addAll(keptReports);
    next = null;
  }

  /** All records of this attempt, claims included. */
  List<SequentialRecord> staged() {
    return List.copyOf(staged.values());
  }

  /** Whether a record was claimed in this attempt, one that was read before included. */
  boolean isClaim(SequentialRecord record) {
    return claims.contains(record);
  }

  /** The record that {@code fetch} asked for and that is to be read; null if there is none. */
  @Nullable RecordId wanted() {
    return wanted;
  }

  boolean deferred() {
    return deferred;
  }

  List<Addition> additions() {
    return additions;
  }

  Map<SequentialRecord, Long> timers() {
    return timers;
  }

  Verdict verdict() {
    if (action == null) {
      return new Verdict(Action.DROP, DropReason.NO_VERDICT, new Rewrite(), before, after);
    }
    return new Verdict(
        action, reason, action == Action.DROP ? new Rewrite() : rewrite, before, after);
  }

  List<byte[]> reports() {
    return reports;
  }

  /** Stages a record that is to be read. */
  SequentialRecord stage(RecordId id, boolean claimed) {
    SequentialRecord record =
        new SequentialRecord(id, allocate(id.table().maxValueBytes()), claimed);
    staged.put(id, record);
    return record;
  }

  // --- Keys ---

  @Override
  public void add(StateTable table, MemorySegment key, long offset, int length) {
    RecordId id = RecordId.of(table, key, offset, length);
    SequentialRecord record = staged.get(id);
    located.add(record == null ? stage(id, false) : record);
  }

  @Override
  public long reserve(int maxBytes) {
    reserved = allocate(maxBytes);
    return 0;
  }

  @Override
  public MemorySegment memory() {
    return reserved;
  }

  @Override
  public void commit(StateTable table, int length) {
    add(table, reserved, 0, length);
  }

  // --- Step ---

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public StagedRecord record(int index) {
    return located.get(index);
  }

  @Override
  public int records() {
    return located.size();
  }

  @Override
  public @Nullable StagedRecord fetch(
      StateTable table, MemorySegment key, long offset, int length) {
    RecordId id = RecordId.of(table, key, offset, length);
    SequentialRecord record = staged.get(id);
    if (record == null) {
      wanted = id;
    }
    return record;
  }

  @Override
  public StagedRecord claim(StateTable table, MemorySegment key, long offset, int length) {
    RecordId id = RecordId.of(table, key, offset, length);
    SequentialRecord record = staged.get(id);
    SequentialRecord claim = record == null ? stage(id, true) : record;
    claims.add(claim);
    return claim;
  }

  @Override
  public void increment(StateTable table, MemorySegment key, long offset, int length, long delta) {
    additions.add(new Addition(RecordId.of(table, key, offset, length), delta));
  }

  @Override
  public void armTimer(StagedRecord record, long delayMillis) {
    if (delayMillis < 0) {
      throw new IllegalArgumentException("delay of " + delayMillis + " ms");
    }
    SequentialRecord ours = (SequentialRecord) record;
    if (staged.get(ours.id()) != ours) {
      throw new IllegalArgumentException("not a record of this step: " + record);
    }
    timers.put(ours, delayMillis);
  }

  @Override
  public void forward() {
    decide(Action.FORWARD, null);
  }

  @Override
  public void hairpin() {
    decide(Action.HAIRPIN, null);
  }

  @Override
  public void proceed(MemorySegment carriedOver, long offset, int length) {
    action = null;
    next = bytes(carriedOver, offset, length);
  }

  @Override
  public int leg() {
    return leg;
  }

  @Override
  public MemorySegment carried() {
    return MemorySegment.ofArray(carried);
  }

  @Override
  public long carriedOffset() {
    return 0;
  }

  @Override
  public int carriedLength() {
    return carried.length;
  }

  @Override
  public void hold() {
    decide(Action.HOLD, null);
  }

  @Override
  public void emit(MemorySegment frame, long offset, int length, boolean toOutside) {
    (action == null ? before : after)
        .add(new Verdict.Frame(bytes(frame, offset, length), toOutside));
  }

  /** False: packets come one by one, nobody is about to write anything. */
  @Override
  public boolean retry() {
    return false;
  }

  /** Counted by the engine only; here, the frame is not among those of the verdict. */
  @Override
  public void discardFrame(DropReason why) {}

  @Override
  public void report(MemorySegment report, long offset, int length) {
    reports.add(bytes(report, offset, length));
  }

  private static byte[] bytes(MemorySegment segment, long offset, int length) {
    return segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public void drop(DropReason why) {
    decide(Action.DROP, Objects.requireNonNull(why));
  }

  @Override
  public void defer(DropReason why) {
    decide(Action.DROP, Objects.requireNonNull(why));
    deferred = true;
  }

  @Override
  public Rewrite rewrite() {
    return rewrite;
  }

  private void decide(Action newAction, @Nullable DropReason newReason) {
    action = newAction;
    reason = newReason;
    deferred = false;
    next = null;
  }

  private MemorySegment allocate(int bytes) {
    long start = (scratchUsed + 7) & -8;
    if (start + bytes > scratch.byteSize()) {
      return Arena.ofAuto().allocate(bytes, 8);
    }
    scratchUsed = start + bytes;
    return scratch.asSlice(start, bytes);
  }
}

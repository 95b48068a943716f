package org.statelessnf.store.local.chronicle;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.UUID;

/**
 * The file {@code control}: what the processes share beside the records, mapped by each of them, in
 * native byte order.
 *
 * <pre>
 *  header, 4096 bytes
 *     0  magic (64)                         8  layout (32)   12  complete (32)
 *    16  entries (64)                      24  value bytes (32)   28  sessions (32)
 *    32  boot of the host (128)            48  offset of the clock, ns (64)
 *    64  state (32)                        68  damaged (32)
 *   128  next version (64)
 *   192  records (64)
 *   256  next table (64)
 *   320  segment to sweep next (64)       328  when, ms (64)   336  all swept at, ms (64)
 *   344  some record has an end (32)
 *   384  recoveries (64)
 *  processes, 64 of 64 bytes: process id, 0 for a free place (64)
 *  sessions, each
 *     0  active (32)    4  owner, its process's place + 1, 0 for a free slot (32)
 *     8  intent (32)   12  length of the key (32)   16  length of the record (32)
 *    64  key, see RecordLayout
 *  1152  record, see RecordLayout
 * </pre>
 *
 * <p>Access modes: state, active, owner and everything counted by several processes are volatile;
 * intent is written with release, before and after the change that it stands for; what is below the
 * state is written under the master lock ({@link ProcessLocks}) only.
 */
final class ControlFile implements AutoCloseable {
  /** Sessions may work. */
  static final int OPEN = 1;

  /** Somebody waits for the sessions to leave; nothing has been touched yet. */
  static final int QUIESCING = 2;

  /** The map is being put in order. */
  static final int RECOVERING = 3;

  /** Places for processes. */
  static final int PROCESSES = 64;

  private static final long MAGIC = 0x3150414d434e4653L; // "SFNCMAP1"
  private static final int LAYOUT = 1;
  private static final int HEADER_BYTES = 4096;
  private static final int PROCESS_BYTES = 64;
  private static final int SESSIONS_AT = HEADER_BYTES + PROCESSES * PROCESS_BYTES;

  private static final int SLOT_ACTIVE = 0;
  private static final int SLOT_OWNER = 4;
  private static final int SLOT_INTENT = 8;
  private static final int SLOT_KEY_LENGTH = 12;
  private static final int SLOT_RECORD_LENGTH = 16;
  static final int SLOT_KEY = 64;
  static final int SLOT_RECORD = 1152;
  static final int KEY_ROOM = RecordLayout.KEY + RecordLayout.MAX_KEY_BYTES;
  static final int RECORD_ROOM = RecordLayout.VALUE + RecordLayout.MAX_VALUE_BYTES;
  private static final int SLOT_BYTES = (SLOT_RECORD + RECORD_ROOM + 63) & ~63;

  private static final VarHandle I32 = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle I64 = ValueLayout.JAVA_LONG.varHandle();

  private final Arena arena;
  private final MemorySegment memory;

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private ControlFile(FileChannel channel, long bytes) throws IOException {
    this.arena = Arena.ofShared();
    this.memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
  }

  /**
   * Whether a file was written to its end by {@link #create} and {@link #complete}.
   *
   * @throws IOException if it cannot be read
   */
  static boolean isComplete(FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(16).order(java.nio.ByteOrder.nativeOrder());
    return channel.read(head, 0) == 16
        && head.getLong(0) == MAGIC
        && head.getInt(8) == LAYOUT
        && head.getInt(12) == 1;
  }

  /**
   * Whether a file is empty, or was begun by {@link #create}: it may be written anew.
   *
   * @throws IOException if it cannot be read
   */
  static boolean isUnfinished(FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(16).order(java.nio.ByteOrder.nativeOrder());
    int read = channel.read(head, 0);
    return read < 16
        ? channel.size() == 0
        : head.getLong(0) == 0 || (head.getLong(0) == MAGIC && head.getInt(12) == 0);
  }

  /**
   * Writes a new file. Every byte is written, so that there is room for it once and for all: a
   * mapped file that has no room kills its process.
   *
   * @param channel of the file
   * @param options what the store is made by
   * @throws IOException if there is no room
   */
  static ControlFile create(FileChannel channel, ChronicleOptions options) throws IOException {
    long bytes = SESSIONS_AT + (long) options.sessions() * SLOT_BYTES;
    channel.truncate(0);
    ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
    for (long at = 0; at < bytes; ) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
      at += channel.write(zeros, at);
    }
    ControlFile file = new ControlFile(channel, bytes);
    file.memory.set(ValueLayout.JAVA_LONG, 16, options.entries());
    file.memory.set(ValueLayout.JAVA_INT, 24, options.valueBytes());
    file.memory.set(ValueLayout.JAVA_INT, 28, options.sessions());
    I64.set(file.memory, 128L, 1L);
    I64.set(file.memory, 256L, 1L);
    I64.set(file.memory, 328L, Long.MIN_VALUE);
    I64.set(file.memory, 336L, Long.MIN_VALUE);
    I32.set(file.memory, 64L, OPEN);
    file.memory.set(ValueLayout.JAVA_INT, 8, LAYOUT);
    I64.setVolatile(file.memory, 0L, MAGIC);
    return file;
  }

  /**
   * Maps a file that is complete.
   *
   * @param channel of the file
   * @throws IOException if it cannot be mapped
   */
  static ControlFile map(FileChannel channel) throws IOException {
    return new ControlFile(channel, channel.size());
  }

  /** Says that the records' file is there, too. */
  void complete() {
    I32.setVolatile(memory, 12L, 1);
  }

  @Override
  public void close() {
    arena.close();
  }

  // --- what the store was made by ---

  ChronicleOptions options() {
    return new ChronicleOptions(
        memory.get(ValueLayout.JAVA_LONG, 16),
        memory.get(ValueLayout.JAVA_INT, 24),
        memory.get(ValueLayout.JAVA_INT, 28));
  }

  /** The clock that all processes share; under the master lock. */
  HostClock clock() {
    UUID boot = HostClock.boot();
    if (memory.get(ValueLayout.JAVA_LONG, 32) != boot.getMostSignificantBits()
        || memory.get(ValueLayout.JAVA_LONG, 40) != boot.getLeastSignificantBits()) {
      memory.set(ValueLayout.JAVA_LONG, 48, HostClock.offsetNow());
      memory.set(ValueLayout.JAVA_LONG, 32, boot.getMostSignificantBits());
      memory.set(ValueLayout.JAVA_LONG, 40, boot.getLeastSignificantBits());
    }
    return new HostClock(memory.get(ValueLayout.JAVA_LONG, 48));
  }

  // --- state ---

  int state() {
    return (int) I32.getVolatile(memory, 64L);
  }

  boolean isOpen() {
    return state() == OPEN;
  }

  void state(int state) {
    I32.setVolatile(memory, 64L, state);
  }

  boolean isDamaged() {
    return (int) I32.getVolatile(memory, 68L) != 0;
  }

  void damaged(boolean is) {
    I32.setVolatile(memory, 68L, is ? 1 : 0);
  }

  long recoveries() {
    return (long) I64.getVolatile(memory, 384L);
  }

  void countRecovery() {
    I64.getAndAdd(memory, 384L, 1L);
  }

  // --- counters ---

  /** The first of so many versions that nobody else gets. */
  long takeVersions(int howMany) {
    return (long) I64.getAndAdd(memory, 128L, (long) howMany);
  }

  /** A table number that nobody else gets. */
  int takeTable() {
    return Math.toIntExact((long) I64.getAndAdd(memory, 256L, 1L));
  }

  /** Records in the map, those that have ended and were not swept yet included. */
  long records() {
    return (long) I64.getVolatile(memory, 192L);
  }

  void records(long count) {
    I64.setVolatile(memory, 192L, count);
  }

  /**
   * Takes room for a new record.
   *
   * @return false if there is none
   */
  boolean reserve(long limit) {
    if ((long) I64.getAndAdd(memory, 192L, 1L) < limit) {
      return true;
    }
    giveBack();
    return false;
  }

  void giveBack() {
    I64.getAndAdd(memory, 192L, -1L);
  }

  // --- sweeping ---

  boolean someEnd() {
    return (int) I32.getOpaque(memory, 344L) != 0;
  }

  void noteEnd() {
    if ((int) I32.getOpaque(memory, 344L) == 0) {
      I32.setVolatile(memory, 344L, 1);
    }
  }

  /** Takes the turn to sweep one segment; false if it is not due, or another process was faster. */
  boolean takeSweep(long nowMillis, long everyMillis) {
    return take(328L, nowMillis, everyMillis);
  }

  /** Takes the turn to sweep all segments; false if that was done a moment ago. */
  boolean takeFullSweep(long nowMillis, long everyMillis) {
    return take(336L, nowMillis, everyMillis);
  }

  private boolean take(long at, long nowMillis, long everyMillis) {
    long last = (long) I64.getVolatile(memory, at);
    // A last time in the future was set before the host started anew.
    boolean due = last == Long.MIN_VALUE || nowMillis - last >= everyMillis || nowMillis < last;
    return due && I64.compareAndSet(memory, at, last, nowMillis);
  }

  long nextSegment() {
    return (long) I64.getAndAdd(memory, 320L, 1L);
  }

  // --- processes ---

  long process(int place) {
    return (long) I64.getVolatile(memory, processAt(place));
  }

  void process(int place, long pid) {
    I64.setVolatile(memory, processAt(place), pid);
  }

  private static long processAt(int place) {
    return HEADER_BYTES + (long) place * PROCESS_BYTES;
  }

  // --- sessions ---

  int sessions() {
    return memory.get(ValueLayout.JAVA_INT, 28);
  }

  private static long slotAt(int slot) {
    return SESSIONS_AT + (long) slot * SLOT_BYTES;
  }

  /** Address of a session's slot. */
  long slotAddress(int slot) {
    return memory.address() + slotAt(slot);
  }

  int owner(int slot) {
    return (int) I32.getVolatile(memory, slotAt(slot) + SLOT_OWNER);
  }

  boolean takeSlot(int slot, int process) {
    return I32.compareAndSet(memory, slotAt(slot) + SLOT_OWNER, 0, process + 1);
  }

  void freeSlot(int slot) {
    I32.setVolatile(memory, slotAt(slot) + SLOT_OWNER, 0);
  }

  boolean isActive(int slot) {
    return (int) I32.getVolatile(memory, slotAt(slot) + SLOT_ACTIVE) != 0;
  }

  void activate(int slot) {
    I32.setVolatile(memory, slotAt(slot) + SLOT_ACTIVE, 1);
  }

  void deactivate(int slot) {
    I32.setRelease(memory, slotAt(slot) + SLOT_ACTIVE, 0);
  }

  int intent(int slot) {
    return (int) I32.getVolatile(memory, slotAt(slot) + SLOT_INTENT);
  }

  /** Says what is about to be done; key and record are in place. */
  void intend(int slot, int intent, int keyLength, int recordLength) {
    long at = slotAt(slot);
    I32.set(memory, at + SLOT_KEY_LENGTH, keyLength);
    I32.set(memory, at + SLOT_RECORD_LENGTH, recordLength);
    I32.setRelease(memory, at + SLOT_INTENT, intent);
    // The change that follows must not be seen before.
    VarHandle.storeStoreFence();
  }

  void settle(int slot) {
    I32.setRelease(memory, slotAt(slot) + SLOT_INTENT, 0);
  }

  int keyLength(int slot) {
    return (int) I32.get(memory, slotAt(slot) + SLOT_KEY_LENGTH);
  }

  int recordLength(int slot) {
    return (int) I32.get(memory, slotAt(slot) + SLOT_RECORD_LENGTH);
  }
}

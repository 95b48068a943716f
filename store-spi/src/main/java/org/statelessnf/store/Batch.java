package org.statelessnf.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A reusable request of several slots in off-heap memory, and its answer: the unit of all work on
 * the hot path (rule B).
 *
 * <p>Life: {@code clear}, add slots, {@link StoreSession#submit}, {@link StoreSession#poll} until
 * {@link #isDone}, read the outcome of every slot, {@code clear} again. A batch belongs to the
 * session that made it and to that session's thread; between {@code submit} and {@code isDone} it
 * belongs to the store and must be left alone. Keys and values are copied in when a slot is added;
 * returned values lie in {@link #memory()} until {@code clear}.
 *
 * <p>A batch equals the loop that executes its slots one after the other in slot order, the same
 * key twice included. It does not promise atomicity across slots, nor an order among different
 * keys.
 *
 * <p>Memory is allocated when the batch is made and grows, rarely, when slots are added; the steady
 * state allocates nothing.
 */
@SuppressWarnings(
    "MustBeClosedChecker") // the arena lives as long as the batch; release() closes it
public abstract sealed class Batch
    permits ReadBatch, WriteBatch, TimerBatch, ClaimBatch, FilterBatch {
  private static final int IDLE = 0;
  private static final int SUBMITTED = 1;
  private static final int DONE = 2;

  private final StoreSession session;
  private final int capacity;
  private final int headroom;
  private Arena arena;
  private MemorySegment memory;
  private int size;
  private long used;
  private int state = IDLE;
  private long deadlineNanos;
  private int pending;
  private int attachment;

  Batch(StoreSession session, int capacity, long dataBytes) {
    this(session, capacity, dataBytes, 0);
  }

  /** With so many bytes in front of every value, a multiple of 8, that belong to the store. */
  Batch(StoreSession session, int capacity, long dataBytes, int headroom) {
    if (capacity < 1 || capacity > 1 << 16) {
      throw new IllegalArgumentException("capacity " + capacity + " not in 1.." + (1 << 16));
    }
    this.session = session;
    this.capacity = capacity;
    this.headroom = headroom;
    this.arena = Arena.ofShared();
    this.memory = arena.allocate(dataStart(capacity) + dataBytes, SlotLayout.BYTES);
    this.used = dataStart(capacity);
  }

  private static long dataStart(int capacity) {
    return (long) capacity * SlotLayout.BYTES;
  }

  /** The session that made this batch; no other session takes it. */
  public final StoreSession session() {
    return session;
  }

  /** Slots there is room for. */
  public final int capacity() {
    return capacity;
  }

  /** Slots in use. */
  public final int size() {
    return size;
  }

  /** Whether another slot can be added. */
  public final boolean isFull() {
    return size == capacity;
  }

  /** Forgets all slots. Not while the batch is in flight. */
  public void clear() {
    requireNotInFlight();
    size = 0;
    pending = 0;
    used = dataStart(capacity);
    state = IDLE;
  }

  /** Whether the store has answered every slot. */
  public final boolean isDone() {
    return state == DONE;
  }

  /** Whether the batch belongs to the store at present. */
  public final boolean isInFlight() {
    return state == SUBMITTED;
  }

  /**
   * What became of a slot.
   *
   * @param slot 0 to {@code size() - 1}
   */
  public final Outcome outcome(int slot) {
    return Outcome.of(memory.get(SlotLayout.U8, at(slot) + SlotLayout.OUTCOME));
  }

  /**
   * What a slot asks for.
   *
   * @param slot 0 to {@code size() - 1}
   */
  public final Op op(int slot) {
    return Op.of(memory.get(SlotLayout.U8, at(slot) + SlotLayout.OPERATION));
  }

  /**
   * Memory of the slots (see {@link SlotLayout}) and of keys and values. The segment stays the same
   * from {@code submit} until {@code clear}.
   */
  public final MemorySegment memory() {
    return memory;
  }

  /**
   * Where a slot's key starts in {@link #memory()}.
   *
   * @param slot 0 to {@code size() - 1}
   */
  public final long keyOffset(int slot) {
    return memory.get(SlotLayout.I64, at(slot) + SlotLayout.KEY_OFFSET);
  }

  /**
   * Length of a slot's key in bytes.
   *
   * @param slot 0 to {@code size() - 1}
   */
  public final int keyLength(int slot) {
    return memory.get(SlotLayout.I32, at(slot) + SlotLayout.KEY_LENGTH);
  }

  /**
   * A copy of a slot's key, for people and logs; allocates.
   *
   * @param slot 0 to {@code size() - 1}
   */
  public final byte[] key(int slot) {
    return copy(keyOffset(slot), keyLength(slot));
  }

  /**
   * A number that the session's backend may keep with the batch while it is in flight, such as an
   * index into its own tables.
   */
  public final int attachment() {
    return attachment;
  }

  /**
   * For backends.
   *
   * @param number see {@link #attachment()}
   */
  public final void attachment(int number) {
    this.attachment = number;
  }

  // --- for backends: life cycle ---

  /**
   * For backends: takes the batch into flight.
   *
   * @param deadline {@link System#nanoTime} by which every slot must be answered
   */
  public final void markSubmitted(long deadline) {
    requireNotInFlight();
    requireCleared();
    this.deadlineNanos = deadline;
    this.state = SUBMITTED;
  }

  /**
   * For backends: gives the batch back. Every slot must have an outcome.
   *
   * @throws IllegalStateException if a slot is still {@link Outcome#PENDING}
   */
  public final void markDone() {
    if (state != SUBMITTED) {
      throw new IllegalStateException("batch is not in flight");
    }
    if (pending != 0) {
      throw new IllegalStateException(pending + " of " + size + " slots have no outcome");
    }
    state = DONE;
  }

  /** For backends: slots that have no outcome yet. */
  public final int pendingSlots() {
    return pending;
  }

  /** For backends: {@link System#nanoTime} by which every slot must be answered. */
  public final long deadlineNanos() {
    return deadlineNanos;
  }

  /**
   * For backends: answers a slot without a version or value.
   *
   * @param slot a slot that is still pending
   * @param outcome any but {@link Outcome#PENDING}
   */
  public final void resolve(int slot, Outcome outcome) {
    long at = at(slot);
    if (memory.get(SlotLayout.U8, at + SlotLayout.OUTCOME) != 0 || outcome == Outcome.PENDING) {
      throw new IllegalStateException(
          "slot %d: %s after %s".formatted(slot, outcome, outcome(slot)));
    }
    memory.set(SlotLayout.U8, at + SlotLayout.OUTCOME, (byte) outcome.code());
    pending--;
  }

  /**
   * For backends: answers every slot that is still pending.
   *
   * @param outcome any but {@link Outcome#PENDING}
   */
  public final void resolvePending(Outcome outcome) {
    for (int slot = 0; slot < size && pending > 0; slot++) {
      if (outcome(slot) == Outcome.PENDING) {
        resolve(slot, outcome);
      }
    }
  }

  /**
   * For native backends: gives the batch other memory with the same contents and leaves the old
   * one, into which a call that was given up may still write, to the caller. The batch must be in
   * flight.
   *
   * @return what frees the old memory, to be closed once nothing writes there any more
   */
  public final Arena detachMemory() {
    if (state != SUBMITTED) {
      throw new IllegalStateException("batch is not in flight");
    }
    Arena old = arena;
    Arena fresh = Arena.ofShared();
    MemorySegment copied = fresh.allocate(memory.byteSize(), SlotLayout.BYTES);
    MemorySegment.copy(memory, 0, copied, 0, memory.byteSize());
    arena = fresh;
    memory = copied;
    return old;
  }

  /**
   * For native backends, which write outcomes into {@link #memory()} themselves: counts again how
   * many slots are pending.
   */
  public final void recountPending() {
    int count = 0;
    for (int slot = 0; slot < size; slot++) {
      if (memory.get(SlotLayout.U8, at(slot) + SlotLayout.OUTCOME) == 0) {
        count++;
      }
    }
    pending = count;
  }

  // --- for the subclasses ---

  final int newSlot(
      Op op, MemorySegment key, long keyOffset, int keyLength, int inLength, int outCapacity) {
    requireNotInFlight();
    requireCleared();
    return appendSlot(op, key, keyOffset, keyLength, inLength, outCapacity);
  }

  /** A slot that the store adds to the answer of a batch in flight. */
  final int answerSlot(Op op, MemorySegment key, long keyOffset, int keyLength, int inLength) {
    if (state != SUBMITTED) {
      throw new IllegalStateException("batch is not in flight");
    }
    return appendSlot(op, key, keyOffset, keyLength, inLength, 0);
  }

  private int appendSlot(
      Op op, MemorySegment key, long keyOffset, int keyLength, int inLength, int outCapacity) {
    if (size == capacity) {
      throw new IllegalStateException("batch is full: " + capacity + " slots");
    }
    if ((keyLength < 1 && op != Op.FILTER_ROTATE) || inLength < 0) {
      throw new IllegalArgumentException(
          "key of %d, value of %d bytes".formatted(keyLength, inLength));
    }
    ensure(align(keyLength) + align(inLength) + align(outCapacity) + 2L * headroom);
    int slot = size++;
    pending++;
    long at = at(slot);
    long keyAt = used;
    long inAt = keyAt + align(keyLength) + headroom;
    long outAt = inAt + align(inLength) + headroom;
    used = outAt + align(outCapacity);
    // Two neighbouring fields at a time: this is the hottest code of a caller.
    memory.set(SlotLayout.I64, at, SlotLayout.pair(SlotLayout.first(op), keyLength));
    memory.set(SlotLayout.I64, at + SlotLayout.KEY_OFFSET, keyAt);
    memory.set(SlotLayout.I64, at + SlotLayout.VERSION, 0);
    memory.set(SlotLayout.I64, at + SlotLayout.NUMBER, 0);
    memory.set(SlotLayout.I64, at + SlotLayout.TTL, 0);
    memory.set(SlotLayout.I64, at + SlotLayout.IN_OFFSET, SlotLayout.pair((int) inAt, inLength));
    memory.set(
        SlotLayout.I64, at + SlotLayout.OUT_OFFSET, SlotLayout.pair((int) outAt, outCapacity));
    memory.set(SlotLayout.I64, at + SlotLayout.OUT_LENGTH, SlotLayout.pair(-1, 0));
    copyKey(key, keyOffset, keyAt, keyLength);
    return slot;
  }

  /** By words, the last one filled up with zeros: that is how most backends read keys. */
  private void copyKey(MemorySegment key, long from, long to, int length) {
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      memory.set(SlotLayout.WORD, to + i, key.get(SlotLayout.WORD, from + i));
    }
    int left = length - i;
    if (left == 0) {
      return;
    }
    long last = 0;
    if (length >= Long.BYTES) {
      last =
          key.get(SlotLayout.WORD, from + length - Long.BYTES)
              >>> (Byte.SIZE * (Long.BYTES - left));
    } else {
      for (int b = left - 1; b >= 0; b--) {
        last = (last << Byte.SIZE) | (key.get(SlotLayout.U8, from + b) & 0xffL);
      }
    }
    memory.set(SlotLayout.WORD, to + i, last);
  }

  final void input(int slot, MemorySegment value, long offset, int length) {
    MemorySegment.copy(value, offset, memory, int32(slot, SlotLayout.IN_OFFSET), length);
  }

  final void output(int slot, MemorySegment value, long offset, int length) {
    int room = int32(slot, SlotLayout.OUT_CAPACITY);
    if (length > room) {
      throw new IllegalStateException(
          "slot %d: a value of %d bytes does not fit the %d that the table allows"
              .formatted(slot, length, room));
    }
    MemorySegment.copy(value, offset, memory, int32(slot, SlotLayout.OUT_OFFSET), length);
    int32(slot, SlotLayout.OUT_LENGTH, length);
  }

  final long at(int slot) {
    if (slot < 0 || slot >= size) {
      throw new IndexOutOfBoundsException("slot " + slot + " of " + size);
    }
    return (long) slot * SlotLayout.BYTES;
  }

  final int int32(int slot, int field) {
    return memory.get(SlotLayout.I32, at(slot) + field);
  }

  final void int32(int slot, int field, int value) {
    memory.set(SlotLayout.I32, at(slot) + field, value);
  }

  final long int64(int slot, int field) {
    return memory.get(SlotLayout.I64, at(slot) + field);
  }

  final void int64(int slot, int field, long value) {
    memory.set(SlotLayout.I64, at(slot) + field, value);
  }

  final byte[] copy(long offset, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(memory, SlotLayout.U8, offset, bytes, 0, length);
    return bytes;
  }

  final void requireNotInFlight() {
    if (state == SUBMITTED) {
      throw new IllegalStateException("batch is in flight");
    }
  }

  private void requireCleared() {
    if (state == DONE) {
      throw new IllegalStateException("batch was not cleared since it was done");
    }
  }

  /** For the session: frees the memory. The batch cannot be used any more. */
  public final void release() {
    arena.close();
  }

  private static long align(int length) {
    return (length + 7L) & ~7L;
  }

  private void ensure(long more) {
    if (used + more > Integer.MAX_VALUE) { // offsets have 32 bits
      throw new IllegalStateException(
          "batch of %d slots would take %d bytes: use smaller batches, or tables with a closer bound"
              .formatted(size + 1, used + more));
    }
    if (used + more > memory.byteSize()) {
      Arena larger = Arena.ofShared();
      MemorySegment grown =
          larger.allocate(Math.max(used + more, 2 * memory.byteSize()), SlotLayout.BYTES);
      MemorySegment.copy(memory, 0, grown, 0, used);
      arena.close();
      arena = larger;
      memory = grown;
    }
  }
}

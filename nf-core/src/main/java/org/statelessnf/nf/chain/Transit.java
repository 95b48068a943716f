package org.statelessnf.nf.chain;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Rewrite;

/**
 * What is on its way through a chain between two legs: the packet, at most once, and frames, in the
 * order in which they are to leave. A queue in memory, carried from leg to leg as it is.
 *
 * <pre>
 *   0  kind  1  position + 1  2  outwards  3  drop reason  4  leg of the link (4)
 *   8  length of the payload (4)  12  length of what the link carries over (4)
 *   16 payload: the packet's rewrite, or the frame; then what the link carries over; padded to 8
 * </pre>
 */
final class Transit {
  /** What an entry is. */
  static final class Kind {
    /** The packet, with the changes that links have made so far. */
    static final byte PACKET = 0;

    /** A frame that a link emitted. */
    static final byte FRAME = 1;

    /** An expired timer, whose link is not done with it. */
    static final byte TIMER = 2;

    /** The packet is in a record. */
    static final byte HELD = 3;

    /** The packet was dropped. */
    static final byte DROPPED = 4;

    private Kind() {}
  }

  private static final int AT = 1;
  private static final int OUTWARDS = 2;
  private static final int REASON = 3;
  private static final int LEG = 4;
  private static final int LENGTH = 8;
  private static final int CARRIED = 12;
  private static final int HEADER = 16;
  private static final int USUAL_BYTES = 2048;

  private final Bytes bytes = new Bytes(USUAL_BYTES);
  private int open;

  void clear() {
    bytes.clear();
    open = 0;
  }

  /** Whether no entry has a link before it. */
  boolean isThrough() {
    return open == 0;
  }

  MemorySegment memory() {
    return bytes.memory();
  }

  /** Bytes in use. */
  int length() {
    return bytes.length();
  }

  // --- adding ---

  /** The packet, on its way to a link, or out. */
  void packet(int at, boolean isOpen, boolean outwards, Rewrite rewrite) {
    long entry = add(Kind.PACKET, at, isOpen, outwards, rewrite.isEmpty() ? 0 : Rewrite.BYTES, 0);
    if (!rewrite.isEmpty()) {
      rewrite.store(bytes.memory(), entry + HEADER);
    }
  }

  /** The packet has gone as far as it will. */
  void settled(byte kind, DropReason reason) {
    long entry = add(kind, 0, false, true, 0, 0);
    bytes.memory().set(ValueLayout.JAVA_BYTE, entry + REASON, (byte) reason.index());
  }

  /** A frame, on its way to a link, or out. */
  void frame(
      int at, boolean isOpen, boolean outwards, MemorySegment frame, long offset, int length) {
    long entry = add(Kind.FRAME, at, isOpen, outwards, length, 0);
    MemorySegment.copy(frame, offset, bytes.memory(), entry + HEADER, length);
  }

  /** A timer whose link has another leg to go. */
  void timer(int at, int leg, MemorySegment carried, long offset, int length) {
    long entry = add(Kind.TIMER, at, true, true, 0, length);
    again(entry, 0, leg, carried, offset, length);
  }

  /** An entry as it was, but for the next leg of its link. */
  void sameLink(
      MemorySegment from, long entry, int leg, MemorySegment carried, long offset, int length) {
    int payload = payloadLength(from, entry);
    long copy =
        add(kind(from, entry), at(from, entry), true, outwards(from, entry), payload, length);
    MemorySegment.copy(from, entry + HEADER, bytes.memory(), copy + HEADER, payload);
    again(copy, payload, leg, carried, offset, length);
  }

  private void again(
      long entry, int payload, int leg, MemorySegment carried, long offset, int length) {
    bytes.memory().set(ValueLayout.JAVA_INT_UNALIGNED, entry + LEG, leg);
    MemorySegment.copy(carried, offset, bytes.memory(), entry + HEADER + payload, length);
  }

  /** An entry that no link is concerned with any more. */
  void copy(MemorySegment from, long entry) {
    bytes.append(from, entry, (int) (next(from, entry) - entry));
  }

  private long add(
      byte kind, int at, boolean isOpen, boolean outwards, int length, int carriedLength) {
    long entry = bytes.allocate(size(length, carriedLength));
    MemorySegment memory = bytes.memory();
    memory.set(ValueLayout.JAVA_BYTE, entry, kind);
    memory.set(ValueLayout.JAVA_BYTE, entry + AT, (byte) (at + 1));
    memory.set(ValueLayout.JAVA_BYTE, entry + OUTWARDS, (byte) (outwards ? 1 : 0));
    memory.set(ValueLayout.JAVA_BYTE, entry + REASON, (byte) 0);
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, entry + LEG, 0);
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, entry + LENGTH, length);
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, entry + CARRIED, carriedLength);
    open += isOpen ? 1 : 0;
    return entry;
  }

  private static int size(int length, int carriedLength) {
    return (HEADER + length + carriedLength + 7) & -8;
  }

  // --- reading, here or in the copy that the engine carried over ---

  static byte kind(MemorySegment from, long entry) {
    return from.get(ValueLayout.JAVA_BYTE, entry);
  }

  static int at(MemorySegment from, long entry) {
    return from.get(ValueLayout.JAVA_BYTE, entry + AT) - 1;
  }

  static boolean outwards(MemorySegment from, long entry) {
    return from.get(ValueLayout.JAVA_BYTE, entry + OUTWARDS) != 0;
  }

  static DropReason reason(MemorySegment from, long entry) {
    return DropReason.of(from.get(ValueLayout.JAVA_BYTE, entry + REASON));
  }

  static int leg(MemorySegment from, long entry) {
    return from.get(ValueLayout.JAVA_INT_UNALIGNED, entry + LEG);
  }

  static long payload(long entry) {
    return entry + HEADER;
  }

  static int payloadLength(MemorySegment from, long entry) {
    return from.get(ValueLayout.JAVA_INT_UNALIGNED, entry + LENGTH);
  }

  static long carried(MemorySegment from, long entry) {
    return entry + HEADER + payloadLength(from, entry);
  }

  static int carriedLength(MemorySegment from, long entry) {
    return from.get(ValueLayout.JAVA_INT_UNALIGNED, entry + CARRIED);
  }

  /** Where the next entry begins. */
  static long next(MemorySegment from, long entry) {
    return entry + size(payloadLength(from, entry), carriedLength(from, entry));
  }
}

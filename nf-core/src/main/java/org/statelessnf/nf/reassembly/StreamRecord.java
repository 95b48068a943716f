package org.statelessnf.nf.reassembly;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * How far a direction of a connection was delivered, and a working copy of it. Network order.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |  version = 1  |     state     |             flags             |   0
 *  +---------------+---------------+-------------------------------+
 *  |          first sequence number of the stream                  |   4
 *  +---------------------------------------------------------------+
 *  |          next sequence number to be delivered                 |   8
 *  +---------------------------------------------------------------+
 *  |          times that a segment was held                        |  12
 *  +---------------------------------------------------------------+
 *  |               last use, ns since the epoch                    |  16
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |               bytes delivered                                 |  24
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |          last delivery: next sequence number before it        |  32
 *  +---------------------------------------------------------------+
 *  |          sequence number of the segment that led to it        |  36
 *  +---------------------------------------------------------------+
 *  |               that segment's time, ns since the epoch         |  40
 *  |                                                               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>A direction is {@link #OPEN} from its SYN, or from the first segment seen, and {@link #CLOSED}
 * once its FIN was delivered or a RST came that is exactly in order. The first sequence number
 * tells a connection's held segments from those of an earlier one with the same ports.
 *
 * <p>The last delivery is remembered so that an attempt that is run again, because another of its
 * records met a mismatch, delivers the same once more.
 */
final class StreamRecord {
  static final int LENGTH = 48;

  static final int OPEN = 1;
  static final int CLOSED = 2;

  /** Segments wait. */
  static final int HOLDING = 1;

  private static final int VERSION = 1;

  private final MemorySegment copy = Arena.ofAuto().allocate(LENGTH, Long.BYTES);

  boolean load(MemorySegment memory, long offset, int length) {
    if (length != LENGTH || Wire.u8(memory, offset) != VERSION) {
      return false;
    }
    MemorySegment.copy(memory, offset, copy, 0, LENGTH);
    return true;
  }

  void store(MemorySegment memory, long offset) {
    MemorySegment.copy(copy, 0, memory, offset, LENGTH);
  }

  void open(int first, long nowNanos) {
    copy.fill((byte) 0);
    Wire.put8(copy, 0, VERSION);
    state(OPEN);
    Wire.put32(copy, 4, first);
    Wire.put32(copy, 8, first);
    Wire.put32(copy, 32, first);
    lastUseNanos(nowNanos);
  }

  int state() {
    return Wire.u8(copy, 1);
  }

  void state(int state) {
    Wire.put8(copy, 1, state);
  }

  boolean isHolding() {
    return (Wire.u16(copy, 2) & HOLDING) != 0;
  }

  void holding(boolean some) {
    Wire.put16(copy, 2, some ? HOLDING : 0);
  }

  int first() {
    return Wire.i32(copy, 4);
  }

  int next() {
    return Wire.i32(copy, 8);
  }

  int holds() {
    return Wire.i32(copy, 12);
  }

  void countHold() {
    Wire.put32(copy, 12, holds() + 1);
  }

  long lastUseNanos() {
    return Wire.i64(copy, 16);
  }

  void lastUseNanos(long nanos) {
    Wire.put64(copy, 16, nanos);
  }

  long delivered() {
    return Wire.i64(copy, 24);
  }

  /** Next sequence number before the last delivery: whatever ends there or before is done with. */
  int before() {
    return Wire.i32(copy, 32);
  }

  /** Whether the last delivery was that of this segment. */
  boolean wasDelivery(int sequence, long nanos) {
    return Wire.i32(copy, 36) == sequence && Wire.i64(copy, 40) == nanos;
  }

  /** Takes the last delivery back. */
  void undo() {
    Wire.put64(copy, 24, delivered() - (next() - before()));
    Wire.put32(copy, 8, before());
  }

  /** Notes a delivery up to a sequence number. */
  void deliver(int upTo, int sequence, long nanos) {
    int from = next();
    Wire.put32(copy, 32, from);
    Wire.put32(copy, 36, sequence);
    Wire.put64(copy, 40, nanos);
    Wire.put64(copy, 24, delivered() + (upTo - from));
    Wire.put32(copy, 8, upTo);
  }

  /** {@code open, next 4711, 1042 bytes delivered}. */
  @Override
  public String toString() {
    return (state() == OPEN ? "open" : "closed")
        + (isHolding() ? ", holding" : "")
        + ", next "
        + Integer.toUnsignedString(next())
        + ", "
        + delivered()
        + " bytes delivered";
  }
}

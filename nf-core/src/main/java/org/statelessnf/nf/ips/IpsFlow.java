package org.statelessnf.nf.ips;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * What the store holds about a flow, in network order, and a working copy of it. Both directions
 * are in one record, so that what a packet changes is one conditional write: an attempt that is run
 * again finds all of what it did before, or nothing.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+---------------+---------------+
 *  |  version = 1  | parts, dir. 0 | parts, dir. 1 |       0       |   0
 *  +---------------+---------------+---------------+---------------+
 *  |             flags             |               0               |   4
 *  +-------------------------------+-------------------------------+
 *  |          fingerprint of the automaton                         |   8
 *  +---------------------------------------------------------------+
 *  |                               0                               |  12
 *  +---------------------------------------------------------------+
 *  |               last use, ns since the epoch                    |  16
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  direction 0: state of the automaton                          |  24
 *  +---------------------------------------------------------------+
 *  |          next sequence number                                 |  28
 *  +---------------------------------------------------------------+
 *  |          position in the stream of that number                |  32
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |          last gap: first sequence number, and the one behind  |  40
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  direction 1: the same                                        |  48
 *  +---------------------------------------------------------------+
 *  |  parts of direction 0, then of 1: element, end (2 words each) |  72
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Direction 0 is that of packets whose source is the first endpoint of the key. A state of the
 * automaton means something only to those with the same rules: if the fingerprint differs, streams
 * are searched anew from where they are.
 */
final class IpsFlow {
  /** Bytes without parts. */
  static final int LENGTH = 72;

  private static final int VERSION = 1;
  private static final int DIRECTION = 24;
  private static final int DIRECTION_BYTES = 24;

  /** The first endpoint is the client. */
  static final int CLIENT_FIRST = 1;

  /** The client's SYN was seen, or for UDP: the client has sent. */
  static final int SYN = 1 << 1;

  /** The server has answered. */
  static final int ANSWERED = 1 << 2;

  /** Both have agreed. */
  static final int ESTABLISHED = 1 << 3;

  /** A believed RST, or FINs of both. */
  static final int CLOSED = 1 << 4;

  /** A pass rule matched. */
  static final int PASSED = 1 << 5;

  /** A rule dropped the flow. */
  static final int DROPPED = 1 << 6;

  /** Direction 0 has a sequence number; direction 1 one bit higher. */
  static final int KNOWN_0 = 1 << 8;

  /** Direction 0 had a gap; direction 1 one bit higher. */
  static final int GAP_0 = 1 << 10;

  /** Direction 0 has ended; direction 1 one bit higher. */
  static final int FIN_0 = 1 << 12;

  private final MemorySegment copy = Arena.ofAuto().allocate(LENGTH, Long.BYTES);
  private final Parts[] parts = {new Parts(Parts.MAX), new Parts(Parts.MAX)};

  /** Starts a flow. */
  void open(int flags, int fingerprint, long nowNanos) {
    copy.fill((byte) 0);
    Wire.put8(copy, 0, VERSION);
    parts[0].clear();
    parts[1].clear();
    flags(flags);
    Wire.put32(copy, 8, fingerprint);
    lastUseNanos(nowNanos);
  }

  /** Loads a record; false if it is none that this version knows. */
  boolean load(MemorySegment memory, long offset, int length) {
    if (length < LENGTH || Wire.u8(memory, offset) != VERSION) {
      return false;
    }
    MemorySegment.copy(memory, offset, copy, 0, LENGTH);
    int first = Wire.u8(copy, 1);
    int second = Wire.u8(copy, 2);
    if (first > Parts.MAX
        || second > Parts.MAX
        || length != LENGTH + (first + second) * Parts.BYTES) {
      return false;
    }
    parts[0].load(memory, offset + LENGTH, first);
    parts[1].load(memory, offset + LENGTH + (long) first * Parts.BYTES, second);
    return true;
  }

  /** Bytes that it takes. */
  int length() {
    return LENGTH + (parts[0].size() + parts[1].size()) * Parts.BYTES;
  }

  /** Writes it. */
  void store(MemorySegment memory, long offset) {
    Wire.put8(copy, 1, parts[0].size());
    Wire.put8(copy, 2, parts[1].size());
    MemorySegment.copy(copy, 0, memory, offset, LENGTH);
    parts[0].store(memory, offset + LENGTH);
    parts[1].store(memory, offset + LENGTH + (long) parts[0].size() * Parts.BYTES);
  }

  /** Forgets what the automaton knew, of other rules. */
  void forgetMatches(int fingerprint) {
    Wire.put32(copy, 8, fingerprint);
    state(0, ByteDfa.START);
    state(1, ByteDfa.START);
    parts[0].clear();
    parts[1].clear();
  }

  Parts parts(int direction) {
    return parts[direction];
  }

  int fingerprint() {
    return Wire.i32(copy, 8);
  }

  int flags() {
    return Wire.u16(copy, 4);
  }

  boolean is(int flag) {
    return (flags() & flag) != 0;
  }

  void set(int flag) {
    flags(flags() | flag);
  }

  private void flags(int flags) {
    Wire.put16(copy, 4, flags);
  }

  long lastUseNanos() {
    return Wire.i64(copy, 16);
  }

  void lastUseNanos(long nanos) {
    Wire.put64(copy, 16, nanos);
  }

  int state(int direction) {
    return Wire.i32(copy, at(direction));
  }

  void state(int direction, int state) {
    Wire.put32(copy, at(direction), state);
  }

  int next(int direction) {
    return Wire.i32(copy, at(direction) + 4);
  }

  long position(int direction) {
    return Wire.i64(copy, at(direction) + 8);
  }

  /** Where the stream goes on. */
  void next(int direction, int sequence, long position) {
    set(KNOWN_0 << direction);
    Wire.put32(copy, at(direction) + 4, sequence);
    Wire.put64(copy, at(direction) + 8, position);
  }

  /** Notes that bytes are missing. */
  void gap(int direction, int from, int to) {
    set(GAP_0 << direction);
    Wire.put32(copy, at(direction) + 16, from);
    Wire.put32(copy, at(direction) + 20, to);
  }

  /** Whether a sequence number is in the last gap. */
  boolean isInGap(int direction, int sequence) {
    return is(GAP_0 << direction)
        && sequence - Wire.i32(copy, at(direction) + 16) >= 0
        && sequence - Wire.i32(copy, at(direction) + 20) < 0;
  }

  private static long at(int direction) {
    return DIRECTION + (long) direction * DIRECTION_BYTES;
  }

  /** {@code established, states 12 and 0, positions 1042 and 0}. */
  @Override
  public String toString() {
    String phase =
        is(CLOSED) ? "closed" : is(ESTABLISHED) ? "established" : is(ANSWERED) ? "answered" : "new";
    return phase
        + (is(DROPPED) ? " dropped" : is(PASSED) ? " passed" : "")
        + ", states "
        + state(0)
        + " and "
        + state(1)
        + ", positions "
        + position(0)
        + " and "
        + position(1)
        + ", parts "
        + parts[0].size()
        + " and "
        + parts[1].size();
  }
}

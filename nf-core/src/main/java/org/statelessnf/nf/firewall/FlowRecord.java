package org.statelessnf.nf.firewall;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * What the store holds about a flow, in network order. All flows have the first 16 bytes; TCP has
 * 32 in liberal mode and 72 in strict mode.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |     kind      |     state     |             flags             |   0
 *  +---------------+---------------+-------------------------------+
 *  |          created, ms since the epoch, low 32 bits             |   4
 *  +---------------------------------------------------------------+
 *  |               last use, ns since the epoch                    |   8
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |     TCP: highest acknowledgment that the opener sent          |  16
 *  +---------------------------------------------------------------+
 *  |          highest acknowledgment that the responder sent       |  20
 *  +---------------------------------------------------------------+
 *  |          end of the remembered segment                        |  24
 *  +---------------+---------------+-------+-------+---------------+
 *  | opener's marks| responder's m.| dir   | kind  | its SYN's opt.|  28
 *  +---------------+---------------+-------+-------+---------------+
 *  |  strict: sequence number of the last ACK segment              |  32
 *  +---------------------------------------------------------------+
 *  |          its acknowledgment number                            |  36
 *  +-------------------------------+---------------+---------------+
 *  |          its window           |    repeated   |       0       |  40
 *  +-------------------------------+---------------+---------------+
 *  |          opener: end of what it sent                          |  44
 *  +---------------------------------------------------------------+
 *  |                  how far it may send                          |  48
 *  +---------------------------------------------------------------+
 *  |                  largest window that it announced             |  52
 *  +---------------+---------------+-------------------------------+
 *  | opener's scale| resp.'s scale |               0               |  56
 *  +---------------+---------------+-------------------------------+
 *  |          responder: end, how far, largest window (3 words)    |  60
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>{@code state} is a {@link TcpState} and 0 for other flows; {@code kind} in byte 30 is a {@link
 * TcpSegment} kind. The first byte also is the format's version: a record of a kind or length that
 * is not known counts as absent.
 */
final class FlowRecord {
  /** A TCP connection. */
  static final int TCP = 1;

  /** A UDP stream or exchange. */
  static final int UDP = 2;

  /** An ICMP query and its answers. */
  static final int QUERY = 3;

  /** An ICMPv6 query and its answers. */
  static final int QUERY_V6 = 4;

  /** Any other protocol. */
  static final int OTHER = 5;

  /** Length of a record that is not TCP. */
  static final int LENGTH = 16;

  /** Length of a TCP record in liberal mode. */
  static final int TCP_LENGTH = 32;

  /** Length of a TCP record in strict mode; the longest of all. */
  static final int STRICT_TCP_LENGTH = 72;

  static final int KIND = 0;
  static final int STATE = 1;
  static final int FLAGS = 2;
  static final int CREATED = 4;
  static final int LAST_USE = 8;

  /** The opener is the first endpoint of the key. */
  static final int OPENER_FIRST = 1;

  /** The responder has sent something. */
  static final int REPLIED = 1 << 1;

  /** TCP: has been established. */
  static final int ASSURED = 1 << 2;

  /** TCP: an end has begun to close the connection. */
  static final int CLOSE_BEGUN = 1 << 3;

  /** TCP: both ends sent a SYN. */
  static final int CROSSED = 1 << 4;

  /** TCP: a SYN that was not believed may be answered by a challenge ACK. */
  static final int CHALLENGE_EXPECTED = 1 << 5;

  /** UDP: both ends have sent, and not only for a moment. */
  static final int STREAM = 1 << 6;

  /** Strict TCP: FIN or RST out of window from both ends, something is out of step. */
  static final int DOUBTED = 1 << 7;

  private FlowRecord() {}

  /** Whether it is a record that this version knows, of the kind that the packet calls for. */
  static boolean isUsable(MemorySegment memory, long offset, int length, int kind) {
    if (length < LENGTH || kind < TCP || kind > OTHER) {
      return false;
    }
    return kind(memory, offset) == kind
        && (kind != TCP || (length >= TCP_LENGTH && isState(state(memory, offset))));
  }

  /** A kind of flow. */
  static int kind(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + KIND);
  }

  /** Whether flows of that kind are queries and their answers. */
  static boolean isQuery(int kind) {
    return kind == QUERY || kind == QUERY_V6;
  }

  /** A {@link TcpState}. */
  static int state(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + STATE);
  }

  /** Flags, of which the first concern all kinds of flow. */
  static int flags(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + FLAGS);
  }

  /** When the flow was opened: milliseconds since the epoch, low 32 bits. */
  static int createdMillis(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + CREATED);
  }

  /** Time of last use that was written, nanoseconds since the epoch. */
  static long lastUseNanos(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + LAST_USE);
  }

  /** Writes the first 16 bytes. */
  static void write(
      MemorySegment memory,
      long offset,
      int kind,
      int state,
      int flags,
      int createdMillis,
      long lastUseNanos) {
    Wire.put8(memory, offset + KIND, kind);
    Wire.put8(memory, offset + STATE, state);
    Wire.put16(memory, offset + FLAGS, flags);
    Wire.put32(memory, offset + CREATED, createdMillis);
    Wire.put64(memory, offset + LAST_USE, lastUseNanos);
  }

  /** Whether a connection's record can be in that state. */
  static boolean isState(int state) {
    return state > 0 && state < TcpState.COUNT;
  }
}

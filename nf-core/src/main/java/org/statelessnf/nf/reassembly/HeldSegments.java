package org.statelessnf.nf.reassembly;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.Wire;

/**
 * The record of segments of a direction that wait for a gap to be filled: static accessors. Network
 * order.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |  version = 1  |  from inside  |     number of segments        |   0
 *  +---------------+---------------+-------------------------------+
 *  |          first sequence number of the stream                  |   4
 *  +---------------------------------------------------------------+
 *  |          next sequence number that is waited for              |   8
 *  +---------------------------------------------------------------+
 *  |          link type                                            |  12
 *  +---------------------------------------------------------------+
 *  |               waited for since, ns since the epoch            |  16
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  each segment: sequence number of its first byte              |  24
 *  +-------------------------------+-------------------------------+
 *  |          payload bytes        |     payload offset            |
 *  +-------------------------------+-------------------------------+
 *  |          frame bytes          |     TCP flags                 |
 *  +-------------------------------+-------------------------------+
 *  |               its time, ns since the epoch                    |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |          the frame ...                                        |
 * </pre>
 *
 * <p>Bytes that two segments carry are alike in both: which copy counts was decided when the second
 * one came. A segment is delivered only by moving {@link StreamRecord} on; until it is pruned it
 * may stay here afterwards, and means nothing.
 */
final class HeldSegments {
  static final int HEADER = 24;
  static final int ENTRY = 20;
  private static final int VERSION = 1;

  /** Ends a walk through the segments. */
  static final long NONE = -1;

  private HeldSegments() {}

  static void begin(MemorySegment m, long at, boolean fromInside, int first, int linkType) {
    Wire.put8(m, at, VERSION);
    Wire.put8(m, at + 1, fromInside ? 1 : 0);
    Wire.put16(m, at + 2, 0);
    Wire.put32(m, at + 4, first);
    Wire.put32(m, at + 12, linkType);
  }

  /** Whether these are segments of the stream that begins there. */
  static boolean isOf(MemorySegment m, long at, int length, int first) {
    return length >= HEADER && Wire.u8(m, at) == VERSION && Wire.i32(m, at + 4) == first;
  }

  static boolean fromInside(MemorySegment m, long at) {
    return Wire.u8(m, at + 1) != 0;
  }

  static int linkType(MemorySegment m, long at) {
    return Wire.i32(m, at + 12);
  }

  static int count(MemorySegment m, long at) {
    return Wire.u16(m, at + 2);
  }

  static void count(MemorySegment m, long at, int count) {
    Wire.put16(m, at + 2, count);
  }

  static int awaited(MemorySegment m, long at) {
    return Wire.i32(m, at + 8);
  }

  static long sinceNanos(MemorySegment m, long at) {
    return Wire.i64(m, at + 16);
  }

  static void await(MemorySegment m, long at, int next, long nowNanos) {
    Wire.put32(m, at + 8, next);
    Wire.put64(m, at + 16, nowNanos);
  }

  static int sequence(MemorySegment m, long entry) {
    return Wire.i32(m, entry);
  }

  static int payloadLength(MemorySegment m, long entry) {
    return Wire.u16(m, entry + 4);
  }

  static int payloadOffset(MemorySegment m, long entry) {
    return Wire.u16(m, entry + 6);
  }

  static int frameLength(MemorySegment m, long entry) {
    return Wire.u16(m, entry + 8);
  }

  static boolean isFin(MemorySegment m, long entry) {
    return (Wire.u16(m, entry + 10) & TcpHeader.FIN) != 0;
  }

  static long frame(long entry) {
    return entry + ENTRY;
  }

  /** Sequence number behind the segment, a FIN counted. */
  static int end(MemorySegment m, long entry) {
    return sequence(m, entry) + payloadLength(m, entry) + (isFin(m, entry) ? 1 : 0);
  }

  /** Sequence number behind its payload. */
  static int payloadEnd(MemorySegment m, long entry) {
    return sequence(m, entry) + payloadLength(m, entry);
  }

  /** Bytes that a packet takes. */
  static int bytes(Packet p) {
    return ENTRY + (p.length() + 3 & ~3);
  }

  static long next(MemorySegment m, long entry) {
    return entry + ENTRY + (frameLength(m, entry) + 3 & ~3);
  }

  /** Writes a packet's segment. */
  static void put(MemorySegment m, long entry, Packet p, int sequence) {
    Wire.put32(m, entry, sequence);
    Wire.put16(m, entry + 4, p.payloadLength());
    Wire.put16(m, entry + 6, p.payloadOffset());
    Wire.put16(m, entry + 8, p.length());
    Wire.put16(m, entry + 10, p.tcpFlags());
    Wire.put64(m, entry + 12, p.timestampNanos());
    MemorySegment.copy(p.memory(), p.offset(), m, frame(entry), p.length());
  }

  /** Whether a segment with the same range as the one at {@code added} is among them. */
  static boolean hasRange(MemorySegment m, long at, long added) {
    long entry = at + HEADER;
    for (int i = count(m, at); i > 0; i--) {
      if (sequence(m, entry) == sequence(m, added) && end(m, entry) == end(m, added)) {
        return true;
      }
      entry = next(m, entry);
    }
    return false;
  }

  /** Whether that very packet is among them. */
  static boolean contains(MemorySegment m, long at, int sequence, long nanos) {
    long entry = at + HEADER;
    for (int i = count(m, at); i > 0; i--) {
      if (sequence(m, entry) == sequence && Wire.i64(m, entry + 12) == nanos) {
        return true;
      }
      entry = next(m, entry);
    }
    return false;
  }

  /** The segment to be delivered next: the one that holds that number, or the first behind it. */
  static long following(MemorySegment m, long at, int next) {
    long best = NONE;
    long entry = at + HEADER;
    for (int i = count(m, at); i > 0; i--) {
      if (end(m, entry) - next > 0
          && (best == NONE || sequence(m, entry) - sequence(m, best) < 0)) {
        best = entry;
      }
      entry = next(m, entry);
    }
    return best;
  }

  /** Removes what ends there or before; returns the bytes that are left. */
  static int prune(MemorySegment m, long at, int upTo) {
    int count = count(m, at);
    int kept = 0;
    long to = at + HEADER;
    long entry = to;
    for (int i = 0; i < count; i++) {
      long following = next(m, entry);
      if (end(m, entry) - upTo > 0) {
        MemorySegment.copy(m, entry, m, to, following - entry);
        to += following - entry;
        kept++;
      }
      entry = following;
    }
    count(m, at, kept);
    return (int) (to - at);
  }
}

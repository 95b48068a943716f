package org.statelessnf.nf.defrag;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * The record of a datagram whose fragments have not all come: static accessors. Network order.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |  version = 1  |     flags     |     number of fragments       |   0
 *  +---------------+---------------+-------------------------------+
 *  |   data bytes of the whole     |   where the IP header begins  |   4
 *  +-------------------------------+-------------------------------+
 *  |          link type                                            |   8
 *  +---------------------------------------------------------------+
 *  |          data bytes that have come                            |  12
 *  +---------------------------------------------------------------+
 *  |               first fragment to come, ns since the epoch      |  16
 *  |                                                               |
 *  +-------------------------------+-------------------------------+
 *  |  each fragment: its offset    |     data bytes                |  24
 *  +-------------------------------+-------------------------------+
 *  |     header bytes              |     headers, then data ...
 * </pre>
 *
 * <p>Only the fragment with offset 0 has headers: link layer and IP up to where the data begin,
 * without IPv6's fragment header. Fragments are in the order in which they came and share no byte.
 * The size of the whole is known once the last fragment has come. A datagram that is refused keeps
 * the first 24 bytes.
 */
final class Datagram {
  static final int HEADER = 24;
  static final int ENTRY = 6;

  /** Longest record: what every store takes. */
  static final int MAX_LENGTH = 1 << 16;

  /** Nothing more is taken. */
  static final int REFUSED = 1;

  static final int FROM_INSIDE = 2;

  /** The fragment with offset 0 has come. */
  static final int FIRST = 4;

  /** The fragment without more fragments has come. */
  static final int LAST = 8;

  /** Some fragment met congestion (RFC 3168 section 5.3). */
  static final int CONGESTION = 16;

  private static final int VERSION = 1;

  private Datagram() {}

  static boolean isOne(MemorySegment m, long at, int length) {
    return length >= HEADER && Wire.u8(m, at) == VERSION;
  }

  static void begin(MemorySegment m, long at, boolean fromInside, int linkType, long nowNanos) {
    Wire.put8(m, at, VERSION);
    Wire.put8(m, at + 1, fromInside ? FROM_INSIDE : 0);
    Wire.put16(m, at + 2, 0);
    Wire.put32(m, at + 4, 0);
    Wire.put32(m, at + 8, linkType);
    Wire.put32(m, at + 12, 0);
    Wire.put64(m, at + 16, nowNanos);
  }

  static boolean is(MemorySegment m, long at, int flag) {
    return (Wire.u8(m, at + 1) & flag) != 0;
  }

  static void set(MemorySegment m, long at, int flag) {
    Wire.put8(m, at + 1, Wire.u8(m, at + 1) | flag);
  }

  static int count(MemorySegment m, long at) {
    return Wire.u16(m, at + 2);
  }

  /** Data bytes of the whole; only with {@link #LAST}. */
  static int total(MemorySegment m, long at) {
    return Wire.u16(m, at + 4);
  }

  static void total(MemorySegment m, long at, int bytes) {
    Wire.put16(m, at + 4, bytes);
  }

  /** Where the IP header begins in the headers; only with {@link #FIRST}. */
  static int l3Offset(MemorySegment m, long at) {
    return Wire.u16(m, at + 6);
  }

  static void l3Offset(MemorySegment m, long at, int offset) {
    Wire.put16(m, at + 6, offset);
  }

  static int linkType(MemorySegment m, long at) {
    return Wire.i32(m, at + 8);
  }

  static int received(MemorySegment m, long at) {
    return Wire.i32(m, at + 12);
  }

  static long sinceNanos(MemorySegment m, long at) {
    return Wire.i64(m, at + 16);
  }

  /** Whether every byte is there. */
  static boolean isComplete(MemorySegment m, long at) {
    return is(m, at, FIRST) && is(m, at, LAST) && received(m, at) == total(m, at);
  }

  /** Writes a fragment's entry, but for its headers and data, and counts it. */
  static void put(MemorySegment m, long at, long entry, int offset, int length, int headers) {
    Wire.put16(m, entry, offset);
    Wire.put16(m, entry + 2, length);
    Wire.put16(m, entry + 4, headers);
    Wire.put16(m, at + 2, count(m, at) + 1);
    Wire.put32(m, at + 12, received(m, at) + length);
  }

  static int offset(MemorySegment m, long entry) {
    return Wire.u16(m, entry);
  }

  static int length(MemorySegment m, long entry) {
    return Wire.u16(m, entry + 2);
  }

  static int headers(MemorySegment m, long entry) {
    return Wire.u16(m, entry + 4);
  }

  /** Where its data begin. */
  static long data(MemorySegment m, long entry) {
    return entry + ENTRY + headers(m, entry);
  }

  static long next(MemorySegment m, long entry) {
    return data(m, entry) + length(m, entry);
  }
}

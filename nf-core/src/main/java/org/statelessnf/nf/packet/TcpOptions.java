package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * TCP options, walked in place. An option is named by its position in memory, that of its kind
 * byte.
 *
 * <pre>
 *  +------+                             end of list (0), no operation (1)
 *  | kind |
 *  +------+--------+-----------------+
 *  | kind | length | length - 2 bytes|  all others
 *  +------+--------+-----------------+
 * </pre>
 *
 * <p>All methods take the header's position and its length with options: {@link Packet#l4Start()}
 * and {@link Packet#l4HeaderLength()} of a packet that parsed. They read within that length only. A
 * list that breaks off (a length below 2 or past the header's end) ends there, as if by an end
 * mark; {@link #isWellFormed} tells.
 *
 * <p>A walk over all of them:
 *
 * <pre>{@code
 * for (long o = first(memory, tcp, length); o >= 0; o = next(memory, tcp, length, o)) …
 * }</pre>
 */
public final class TcpOptions {
  public static final int END = 0;
  public static final int NO_OPERATION = 1;

  /** RFC 9293 section 3.7.1. */
  public static final int MAXIMUM_SEGMENT_SIZE = 2;

  /** RFC 7323 section 2.2. */
  public static final int WINDOW_SCALE = 3;

  /** RFC 2018 section 2. */
  public static final int SACK_PERMITTED = 4;

  /** RFC 2018 section 3. */
  public static final int SACK = 5;

  /** RFC 7323 section 3.2. */
  public static final int TIMESTAMPS = 8;

  /** RFC 7413 section 4.1.1. */
  public static final int FAST_OPEN = 34;

  /** The largest shift that counts (RFC 7323 section 2.3). */
  public static final int MAX_WINDOW_SCALE = 14;

  private static final int MSS_LENGTH = 4;
  private static final int WINDOW_SCALE_LENGTH = 3;
  private static final int SACK_PERMITTED_LENGTH = 2;
  private static final int TIMESTAMPS_LENGTH = 10;
  private static final int SACK_BLOCK_LENGTH = 8;

  private TcpOptions() {}

  /** The first option that is no padding; -1 if there is none. */
  public static long first(MemorySegment memory, long tcp, int headerLength) {
    return skip(memory, tcp + TcpHeader.MINIMUM_LENGTH, tcp + headerLength);
  }

  /** The option behind {@code option}, padding left out; -1 if there is none. */
  public static long next(MemorySegment memory, long tcp, int headerLength, long option) {
    return skip(memory, option + length(memory, option), tcp + headerLength);
  }

  /** The first option of a kind; -1 if there is none. */
  public static long find(MemorySegment memory, long tcp, int headerLength, int kind) {
    long end = tcp + headerLength;
    long option = skip(memory, tcp + TcpHeader.MINIMUM_LENGTH, end);
    while (option >= 0 && kind(memory, option) != kind) {
      option = skip(memory, option + length(memory, option), end);
    }
    return option;
  }

  /** Kind of an option. */
  public static int kind(MemorySegment memory, long option) {
    return Wire.u8(memory, option);
  }

  /** Length of an option with kind and length byte, at least 2. */
  public static int length(MemorySegment memory, long option) {
    return Wire.u8(memory, option + 1);
  }

  /** True if the options fill the header, or end with an end mark, without breaking off. */
  public static boolean isWellFormed(MemorySegment memory, long tcp, int headerLength) {
    long end = tcp + headerLength;
    long at = tcp + TcpHeader.MINIMUM_LENGTH;
    while (at < end) {
      int kind = Wire.u8(memory, at);
      if (kind == END) {
        return true;
      }
      if (kind == NO_OPERATION) {
        at++;
      } else if (fits(memory, at, end)) {
        at += length(memory, at);
      } else {
        return false;
      }
    }
    return true;
  }

  /** Maximum segment size in bytes; -1 if absent or of a wrong length. */
  public static int maximumSegmentSize(MemorySegment memory, long tcp, int headerLength) {
    long option = findExact(memory, tcp, headerLength, MAXIMUM_SEGMENT_SIZE, MSS_LENGTH);
    return option < 0 ? -1 : Wire.u16(memory, option + 2);
  }

  /**
   * Window scale shift, at most {@link #MAX_WINDOW_SCALE}: larger ones count as 14 (RFC 7323
   * section 2.3); -1 if absent or of a wrong length. It only counts in segments with SYN.
   */
  public static int windowScale(MemorySegment memory, long tcp, int headerLength) {
    long option = findExact(memory, tcp, headerLength, WINDOW_SCALE, WINDOW_SCALE_LENGTH);
    return option < 0 ? -1 : Math.min(Wire.u8(memory, option + 2), MAX_WINDOW_SCALE);
  }

  /** True if selective acknowledgments are permitted. */
  public static boolean sackPermitted(MemorySegment memory, long tcp, int headerLength) {
    return findExact(memory, tcp, headerLength, SACK_PERMITTED, SACK_PERMITTED_LENGTH) >= 0;
  }

  /**
   * The timestamps option, for {@link #timestampValue} and {@link #timestampEcho}; -1 if absent.
   */
  public static long timestamps(MemorySegment memory, long tcp, int headerLength) {
    return findExact(memory, tcp, headerLength, TIMESTAMPS, TIMESTAMPS_LENGTH);
  }

  /** TSval of a timestamps option, 32 raw bits. */
  public static int timestampValue(MemorySegment memory, long option) {
    return Wire.i32(memory, option + 2);
  }

  /** TSecr of a timestamps option, 32 raw bits. */
  public static int timestampEcho(MemorySegment memory, long option) {
    return Wire.i32(memory, option + 6);
  }

  /** The SACK option, for the block accessors; -1 if absent. */
  public static long sack(MemorySegment memory, long tcp, int headerLength) {
    return find(memory, tcp, headerLength, SACK);
  }

  /** Blocks of a SACK option, 0 to 4; 0 if its length is no whole number of blocks. */
  public static int sackBlocks(MemorySegment memory, long option) {
    int bytes = length(memory, option) - 2;
    return bytes % SACK_BLOCK_LENGTH == 0 ? bytes / SACK_BLOCK_LENGTH : 0;
  }

  /** First sequence number of a SACK block. */
  public static int sackLeft(MemorySegment memory, long option, int block) {
    return Wire.i32(memory, option + 2 + (long) block * SACK_BLOCK_LENGTH);
  }

  /** Sequence number behind the last one of a SACK block. */
  public static int sackRight(MemorySegment memory, long option, int block) {
    return Wire.i32(memory, option + 6 + (long) block * SACK_BLOCK_LENGTH);
  }

  /** Moves the edges of a SACK block, as a rewriting of sequence numbers must. */
  public static void sackBlock(MemorySegment memory, long option, int block, int left, int right) {
    Wire.put32(memory, option + 2 + (long) block * SACK_BLOCK_LENGTH, left);
    Wire.put32(memory, option + 6 + (long) block * SACK_BLOCK_LENGTH, right);
  }

  /** Sets the value of a maximum segment size option, as MSS clamping does. */
  public static void setMaximumSegmentSize(MemorySegment memory, long option, int bytes) {
    Wire.put16(memory, option + 2, bytes);
  }

  private static long findExact(
      MemorySegment memory, long tcp, int headerLength, int kind, int length) {
    long option = find(memory, tcp, headerLength, kind);
    return option >= 0 && length(memory, option) == length ? option : -1;
  }

  /** The first option at or behind {@code from} that is no padding and fits before {@code end}. */
  private static long skip(MemorySegment memory, long from, long end) {
    long at = from;
    while (at < end && Wire.u8(memory, at) == NO_OPERATION) {
      at++;
    }
    return at < end && Wire.u8(memory, at) != END && fits(memory, at, end) ? at : -1;
  }

  private static boolean fits(MemorySegment memory, long option, long end) {
    if (end - option < 2) {
      return false;
    }
    int length = length(memory, option);
    return length >= 2 && length <= end - option;
  }
}

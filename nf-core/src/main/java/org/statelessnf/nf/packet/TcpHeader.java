package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * TCP header (RFC 9293 section 3.1), 20 to 60 bytes; for the options see {@link TcpOptions}.
 * Setters do not touch the checksum: update it with {@link Checksum}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |          source port          |       destination port        |
 *  +-------------------------------+-------------------------------+
 *  |                        sequence number                        |
 *  +---------------------------------------------------------------+
 *  |                    acknowledgment number                      |
 *  +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 *  |  data |       |C|E|U|A|P|R|S|F|                               |
 *  | offset|  rsvd |W|C|R|C|S|S|Y|I|            window             |
 *  |       |       |R|E|G|K|H|T|N|N|                               |
 *  +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 *  |           checksum            |        urgent pointer         |
 *  +-------------------------------+-------------------------------+
 *  |                     options (0 to 40 bytes)                   |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class TcpHeader {
  /** Length without options. */
  public static final int MINIMUM_LENGTH = 20;

  public static final int SOURCE_PORT_OFFSET = 0;
  public static final int DESTINATION_PORT_OFFSET = 2;
  public static final int SEQUENCE_OFFSET = 4;
  public static final int ACKNOWLEDGMENT_OFFSET = 8;
  public static final int DATA_OFFSET_OFFSET = 12;
  public static final int FLAGS_OFFSET = 13;
  public static final int WINDOW_OFFSET = 14;
  public static final int CHECKSUM_OFFSET = 16;
  public static final int URGENT_POINTER_OFFSET = 18;

  public static final int FIN = 0x01;
  public static final int SYN = 0x02;
  public static final int RST = 0x04;
  public static final int PSH = 0x08;
  public static final int ACK = 0x10;
  public static final int URG = 0x20;
  public static final int ECE = 0x40;
  public static final int CWR = 0x80;

  private TcpHeader() {}

  /** Source port. */
  public static int sourcePort(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + SOURCE_PORT_OFFSET);
  }

  /** Sets the source port. */
  public static void sourcePort(MemorySegment memory, long offset, int port) {
    Wire.put16(memory, offset + SOURCE_PORT_OFFSET, port);
  }

  /** Destination port. */
  public static int destinationPort(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + DESTINATION_PORT_OFFSET);
  }

  /** Sets the destination port. */
  public static void destinationPort(MemorySegment memory, long offset, int port) {
    Wire.put16(memory, offset + DESTINATION_PORT_OFFSET, port);
  }

  /** Sequence number, 32 raw bits: compare by the sign of a difference (RFC 9293 section 3.4). */
  public static int sequence(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + SEQUENCE_OFFSET);
  }

  /** Sets the sequence number. */
  public static void sequence(MemorySegment memory, long offset, int sequence) {
    Wire.put32(memory, offset + SEQUENCE_OFFSET, sequence);
  }

  /** Acknowledgment number, 32 raw bits. */
  public static int acknowledgment(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + ACKNOWLEDGMENT_OFFSET);
  }

  /** Sets the acknowledgment number. */
  public static void acknowledgment(MemorySegment memory, long offset, int acknowledgment) {
    Wire.put32(memory, offset + ACKNOWLEDGMENT_OFFSET, acknowledgment);
  }

  /** Header length with options, in bytes: 0 to 60, as the header says. */
  public static int headerLength(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + DATA_OFFSET_OFFSET) >>> 4 << 2;
  }

  /** Control bits CWR to FIN. */
  public static int flags(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + FLAGS_OFFSET);
  }

  /** Sets the control bits CWR to FIN. */
  public static void flags(MemorySegment memory, long offset, int flags) {
    Wire.put8(memory, offset + FLAGS_OFFSET, flags);
  }

  /** Window, not scaled. */
  public static int window(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + WINDOW_OFFSET);
  }

  /** Sets the window, not scaled. */
  public static void window(MemorySegment memory, long offset, int window) {
    Wire.put16(memory, offset + WINDOW_OFFSET, window);
  }

  /** Checksum. */
  public static int checksum(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + CHECKSUM_OFFSET);
  }

  /** Sets the checksum. */
  public static void checksum(MemorySegment memory, long offset, int checksum) {
    Wire.put16(memory, offset + CHECKSUM_OFFSET, checksum);
  }

  /** Urgent pointer. */
  public static int urgentPointer(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + URGENT_POINTER_OFFSET);
  }

  /**
   * Sequence numbers that a segment takes: payload bytes, and one each for SYN and FIN (RFC 9293
   * section 3.4, SEG.LEN).
   */
  public static int segmentLength(int flags, int payloadLength) {
    return payloadLength + ((flags & SYN) >>> 1) + (flags & FIN);
  }

  /** The flags as tcpdump writes them: {@code S.}, {@code F.}, {@code R}; {@code none} for 0. */
  public static String flagsText(int flags) {
    if ((flags & 0xff) == 0) {
      return "none";
    }
    StringBuilder text = new StringBuilder(8);
    String letters = "FSRP.UEW";
    for (int bit = 0; bit < 8; bit++) {
      if ((flags & 1 << bit) != 0 && 1 << bit != ACK) {
        text.append(letters.charAt(bit));
      }
    }
    return (flags & ACK) != 0 ? text.append('.').toString() : text.toString();
  }
}

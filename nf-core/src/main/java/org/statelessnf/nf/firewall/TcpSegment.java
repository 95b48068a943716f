package org.statelessnf.nf.firewall;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.TcpOptions;

/** The fields of a TCP segment that the firewall judges by. Reused for every packet. */
final class TcpSegment {
  /** Kinds of segment: what it means for the connection's state. */
  static final int NONE = 0;

  static final int SYN = 1;
  static final int SYN_ACK = 2;
  static final int FIN = 3;
  static final int ACK = 4;
  static final int RST = 5;

  private static final int JUDGED_FLAGS =
      TcpHeader.FIN | TcpHeader.SYN | TcpHeader.RST | TcpHeader.ACK | TcpHeader.URG;

  private MemorySegment memory = MemorySegment.NULL;
  private long header;
  private int headerLength;
  private int flags;
  private int kind;
  private boolean fromOpener;
  private int sequence;
  private int end;
  private int acknowledgment;
  private int window;

  /**
   * Whether the flags make sense together. RFC 9293 section 3.10.7 has no use for any other
   * combination, and stacks differ in what they make of them, which scanners exploit:
   *
   * <ul>
   *   <li>RST stands alone or with ACK;
   *   <li>SYN goes with neither FIN nor RST, and with urgent data only if it does not acknowledge;
   *   <li>everything else has ACK.
   * </ul>
   */
  static boolean isSensible(int flags) {
    int judged = flags & JUDGED_FLAGS;
    boolean acknowledges = (judged & TcpHeader.ACK) != 0;
    if ((judged & TcpHeader.RST) != 0) {
      return (judged & ~(TcpHeader.RST | TcpHeader.ACK)) == 0;
    }
    if ((judged & TcpHeader.SYN) != 0) {
      return (judged & TcpHeader.FIN) == 0 && !(acknowledges && (judged & TcpHeader.URG) != 0);
    }
    return acknowledges;
  }

  /** The kind of a segment with sensible flags. */
  static int kindOf(int flags) {
    if ((flags & TcpHeader.RST) != 0) {
      return RST;
    }
    if ((flags & TcpHeader.SYN) != 0) {
      return (flags & TcpHeader.ACK) != 0 ? SYN_ACK : SYN;
    }
    return (flags & TcpHeader.FIN) != 0 ? FIN : ACK;
  }

  /**
   * Takes the fields of a packet whose flags are sensible.
   *
   * @param p parsed, with a TCP header
   */
  void read(Packet p) {
    memory = p.memory();
    header = p.l4Start();
    headerLength = p.l4HeaderLength();
    flags = p.tcpFlags();
    kind = kindOf(flags);
    sequence = TcpHeader.sequence(memory, header);
    acknowledgment = TcpHeader.acknowledgment(memory, header);
    window = TcpHeader.window(memory, header);
    end = sequence + TcpHeader.segmentLength(flags, payloadOnTheWire(p));
  }

  /** Says which end it comes from, as the flow's record tells. */
  void fromOpener(boolean opener) {
    fromOpener = opener;
  }

  /** The connection's opener sent it. */
  boolean fromOpener() {
    return fromOpener;
  }

  /** A kind. */
  int kind() {
    return kind;
  }

  /** Has the SYN flag. */
  boolean synchronizes() {
    return (flags & TcpHeader.SYN) != 0;
  }

  /** Has the ACK flag. */
  boolean acknowledges() {
    return (flags & TcpHeader.ACK) != 0;
  }

  /** SEG.SEQ. */
  int sequence() {
    return sequence;
  }

  /** SEG.SEQ + SEG.LEN: the number behind the segment, SYN and FIN counted. */
  int end() {
    return end;
  }

  /** SEG.ACK, raw: only with {@link #acknowledges}. */
  int acknowledgment() {
    return acknowledgment;
  }

  /** SEG.WND, not scaled. */
  int window() {
    return window;
  }

  /** Has any options. */
  boolean hasOptions() {
    return headerLength > TcpHeader.MINIMUM_LENGTH;
  }

  /** Shift of the window scale option; -1 without one. */
  int windowScale() {
    return TcpOptions.windowScale(memory, header, headerLength);
  }

  /** Has the SACK-permitted option. */
  boolean sackPermitted() {
    return TcpOptions.sackPermitted(memory, header, headerLength);
  }

  /** The highest number that is acknowledged, selectively or not. */
  int highestSack() {
    int highest = acknowledgment;
    long option = TcpOptions.sack(memory, header, headerLength);
    if (option >= 0) {
      int blocks = TcpOptions.sackBlocks(memory, option);
      for (int i = 0; i < blocks; i++) {
        int right = TcpOptions.sackRight(memory, option, i);
        if (TcpWindow.isAfter(right, highest)) {
          highest = right;
        }
      }
    }
    return highest;
  }

  /** Payload bytes by the IP header: a capture may have cut them off. */
  private static int payloadOnTheWire(Packet p) {
    if (!p.truncated()) {
      return p.payloadLength();
    }
    int total =
        p.ipVersion() == 4
            ? Ipv4Header.totalLength(p.memory(), p.l3Start())
            : Ipv6Header.LENGTH + Ipv6Header.payloadLength(p.memory(), p.l3Start());
    return Math.max(p.payloadLength(), total - p.l3HeaderLength() - p.l4HeaderLength());
  }
}

package org.statelessnf.nf.firewall;

/**
 * What is known of one end of a TCP connection. Numbers are raw 32 bits, compared by the sign of a
 * difference (RFC 9293 section 3.4).
 */
final class TcpPeer {
  /** It announced a window scale in its SYN. */
  static final int SCALES = 1;

  /** It permitted selective acknowledgments in its SYN. */
  static final int SACKS = 1 << 1;

  /** It has acknowledged something. */
  static final int ACK_KNOWN = 1 << 2;

  /** It has sent what is not acknowledged yet. */
  static final int OUTSTANDING = 1 << 3;

  /** The number behind the last that it sent. */
  int end;

  /** The number up to which the other end lets it send. */
  int limit;

  /** The largest window that it announced, scaled; 0 if it was not heard of. */
  int maxWindow;

  /** The highest acknowledgment that it sent; only with {@link #ACK_KNOWN}. */
  int maxAck;

  /** Shift of the windows that it announces. */
  int scale;

  /** What was seen of it. */
  int marks;

  void clear() {
    end = 0;
    limit = 0;
    maxWindow = 0;
    maxAck = 0;
    scale = 0;
    marks = 0;
  }

  boolean is(int mark) {
    return (marks & mark) != 0;
  }

  void acknowledged(int number) {
    if (!is(ACK_KNOWN) || TcpWindow.isAfter(number, maxAck)) {
      maxAck = number;
      marks |= ACK_KNOWN;
    }
  }

  /** Takes the options of a SYN; one that is sent again without any changes nothing. */
  void options(TcpSegment syn) {
    if (!syn.hasOptions()) {
      return;
    }
    int shift = syn.windowScale();
    scale = Math.max(0, shift);
    marks = (shift >= 0 ? SCALES : 0) | (syn.sackPermitted() ? SACKS : 0);
  }
}

package org.statelessnf.nf.firewall;

/**
 * What a middlebox knows of a TCP connection's state (RFC 9293 section 3.3.2), and how it changes.
 *
 * <p>A middlebox sees segments, not state variables, and cannot know which of them arrive. So each
 * state stands for what was <em>seen</em>, both ends taken together, and a segment that contradicts
 * it is of one of two kinds. If it cannot belong to any connection between these ends, it is {@link
 * #INVALID}. If it may well belong to one that the middlebox has lost track of (a SYN into an
 * established connection, when an end has restarted), it is {@link #UNJUDGED}: it passes and
 * changes nothing, and the other end's answer tells.
 *
 * <pre>
 *   opener             responder        state afterwards
 *   SYN           →                     SYN_SENT
 *                 ←    SYN+ACK          SYN_RECEIVED
 *                 ←    SYN              SYN_CROSSED (simultaneous open, RFC 9293 figure 7)
 *   SYN+ACK       →  and/or ←           SYN_RECEIVED
 *   ACK           →                     ESTABLISHED
 *   FIN           →  or ←               FIN_WAIT: one end has closed
 *   ACK           →  or ←               CLOSE_WAIT: and the other knows
 *   FIN           →  or ←               LAST_ACK: both have closed
 *   ACK           →  or ←               TIME_WAIT
 *   RST           →  or ←               CLOSED
 * </pre>
 *
 * <p>{@code FIN_WAIT} takes a retransmitted FIN for the other end's: whose it is would cost a
 * comparison of sequence numbers, and the connection ends either way.
 */
final class TcpState {
  static final int SYN_SENT = 1;
  static final int SYN_CROSSED = 2;
  static final int SYN_RECEIVED = 3;
  static final int ESTABLISHED = 4;
  static final int FIN_WAIT = 5;
  static final int CLOSE_WAIT = 6;
  static final int LAST_ACK = 7;
  static final int TIME_WAIT = 8;
  static final int CLOSED = 9;

  /** Number of states, 0 included; for arrays. */
  static final int COUNT = 10;

  /** The segment cannot belong to a connection in this state. */
  static final int INVALID = -1;

  /** The segment passes, but is not believed. */
  static final int UNJUDGED = -2;

  /** A SYN that opens the next connection between the same ports. */
  static final int REOPENING = -3;

  private static final String[] TEXT = {
    "none",
    "syn-sent",
    "syn-crossed",
    "syn-received",
    "established",
    "fin-wait",
    "close-wait",
    "last-ack",
    "time-wait",
    "closed"
  };

  private TcpState() {}

  /** For people. */
  static String text(int state) {
    return state >= 0 && state < COUNT ? TEXT[state] : "state " + state;
  }

  /** Whether an end has closed or aborted the connection. */
  static boolean isClosing(int state) {
    return state >= FIN_WAIT;
  }

  /**
   * The state after a segment, if the segment is believed.
   *
   * @param state before
   * @param kind a {@link TcpSegment} kind
   * @param fromOpener whether it comes from the end that sent the first SYN
   * @param crossed whether both ends sent a SYN
   * @return a state, {@link #INVALID}, {@link #UNJUDGED} or {@link #REOPENING}
   */
  static int after(int state, int kind, boolean fromOpener, boolean crossed) {
    return switch (kind) {
      case TcpSegment.SYN -> fromOpener ? afterOpenersSyn(state) : afterRespondersSyn(state);
      case TcpSegment.SYN_ACK ->
          fromOpener ? afterOpenersSynAck(state) : afterRespondersSynAck(state);
      case TcpSegment.FIN -> afterFin(state);
      case TcpSegment.ACK -> afterAck(state, fromOpener, crossed);
      case TcpSegment.RST -> CLOSED;
      default -> INVALID;
    };
  }

  /** RFC 9293 section 3.6.1: a new connection may take the ports of one in TIME-WAIT. */
  private static int afterOpenersSyn(int state) {
    return switch (state) {
      case SYN_SENT, SYN_CROSSED -> state; // sent again
      case TIME_WAIT, CLOSED -> REOPENING;
      default -> UNJUDGED; // the opener may have restarted; a challenge ACK will tell (RFC 5961)
    };
  }

  /** Simultaneous open (RFC 9293 section 3.5), or a new connection in the other direction. */
  private static int afterRespondersSyn(int state) {
    return switch (state) {
      case SYN_SENT, SYN_CROSSED -> SYN_CROSSED;
      case TIME_WAIT -> REOPENING;
      default -> INVALID;
    };
  }

  /** An opener acknowledges a SYN with its own only if it has met one: simultaneous open. */
  private static int afterOpenersSynAck(int state) {
    return switch (state) {
      case SYN_CROSSED, SYN_RECEIVED -> SYN_RECEIVED;
      default -> INVALID;
    };
  }

  private static int afterRespondersSynAck(int state) {
    return switch (state) {
      case SYN_SENT, SYN_CROSSED -> SYN_RECEIVED;
      default -> UNJUDGED; // sent again, or the answer to a SYN that was not believed
    };
  }

  private static int afterFin(int state) {
    return switch (state) {
      case SYN_RECEIVED, ESTABLISHED -> FIN_WAIT;
      case FIN_WAIT, CLOSE_WAIT, LAST_ACK -> LAST_ACK;
      case TIME_WAIT, CLOSED -> state; // sent again
      default -> INVALID;
    };
  }

  private static int afterAck(int state, boolean fromOpener, boolean crossed) {
    return switch (state) {
      // The responder may answer an unacceptable SYN by an ACK (RFC 9293 section 3.10.7.4); the
      // opener has nothing to acknowledge yet.
      case SYN_SENT, SYN_CROSSED -> fromOpener ? INVALID : UNJUDGED;
      case SYN_RECEIVED -> fromOpener || crossed ? ESTABLISHED : SYN_RECEIVED;
      case FIN_WAIT -> CLOSE_WAIT;
      case LAST_ACK -> TIME_WAIT;
      default -> state;
    };
  }
}

package org.statelessnf.nf.firewall;

/**
 * Sequence windows as a middlebox can know them, after G. van Rooij, "Real Stateful TCP Packet
 * Filtering in IP Filter" (SANE 2000). It sees what each end sent and acknowledged, but not what
 * arrived, so the windows of RFC 9293 section 3.4 become bounds on both numbers of a segment:
 *
 * <pre>
 *   I    SEQ        ≤ the highest (ACK + window) that the receiver has sent
 *   II   SEQ + LEN  ≥ the highest end that the sender has sent − the receiver's largest window
 *   III  ACK        ≤ the highest end that the receiver has sent
 *   IV   ACK        ≥ the same − the sender's largest window, {@value #MIN_ACK_WINDOW} at least
 * </pre>
 *
 * <p>A segment above I or III speaks of what cannot be yet, and is outside. One below II or IV is
 * late or repeated: harmless, and the end that gets it must answer it (RFC 9293 section 3.10.7.4),
 * so it passes, but teaches nothing.
 */
final class TcpWindow {
  /** The segment fits; the windows were updated by it. */
  static final int INSIDE = 0;

  /** The segment passes and the windows stay as they are. */
  static final int STALE = 1;

  /** The segment is outside the windows. */
  static final int OUTSIDE = 2;

  /** Old acknowledgments are let through that far at least: a 64 KiB window, and some. */
  private static final int MIN_ACK_WINDOW = 66_000;

  /** Largest count of repetitions that is kept. */
  private static final int MAX_REPEATED = 255;

  private TcpWindow() {}

  /**
   * Compares a segment with the windows and, if it fits, updates them.
   *
   * @param flow its state is the one before the segment
   * @param s a segment of the flow
   */
  static int judge(TcpFlow flow, TcpSegment s) {
    TcpPeer sender = flow.peer(s.fromOpener());
    TcpPeer receiver = flow.peer(!s.fromOpener());
    boolean acknowledges =
        s.acknowledges() && !(s.kind() == TcpSegment.RST && s.acknowledgment() == 0);
    int ack = s.acknowledgment();
    int sack = receiver.is(TcpPeer.SACKS) ? s.highestSack() : ack;

    boolean first = sender.maxWindow == 0;
    if (first || startsOver(flow, s, sender)) {
      start(s, sender, receiver, sack);
      flow.markChanged();
      if (s.kind() == TcpSegment.SYN && (first || !s.fromOpener())) {
        return INSIDE; // a SYN that crosses the other end's says nothing about that end
      }
    }
    if (!acknowledges) {
      ack = receiver.end; // nothing is said, so nothing can be wrong with it
      sack = ack;
    }
    int sequence = s.sequence();
    int end = s.end();
    if (s.kind() == TcpSegment.RST && sequence == 0 && flow.state == TcpState.SYN_SENT) {
      sequence = sender.end; // RFC 9293 section 3.10.7.1: the answer to a SYN has number 0
      end = sender.end;
    }
    int oldestEnd = sender.end - receiver.maxWindow;
    int oldestAck = receiver.end - max(sender.maxWindow, MIN_ACK_WINDOW);

    if (!isBefore(sequence, sender.limit + 1)) { // I
      int excess = end - sender.limit + 1;
      boolean otherwiseFine =
          receiver.maxWindow != 0
              && isAfter(end, oldestEnd - 1)
              && isAfter(sack, oldestAck - 1)
              && isBefore(sack, receiver.end + 1);
      if (otherwiseFine && Integer.compareUnsigned(excess, receiver.maxWindow) <= 0) {
        // Some stacks send more than the window allows. If the receiver takes it, its ACK must be
        // known for what it is.
        sender.end = end;
        sender.marks |= TcpPeer.OUTSTANDING;
        return STALE;
      }
      return OUTSIDE;
    }
    if (!isBefore(sack, receiver.end + 1)) { // III
      return OUTSIDE;
    }
    boolean late = receiver.maxWindow != 0 && !isAfter(end, oldestEnd - 1); // II
    if (late || !isAfter(sack, oldestAck - 1)) { // IV
      return STALE;
    }
    learn(s, sender, receiver, ack, sack, end);
    if (s.kind() == TcpSegment.ACK) {
      countRepetition(flow, s, ack, end);
    }
    return INSIDE;
  }

  /**
   * Whether an end begins anew, with higher numbers, before the handshake is over (RFC 9293 section
   * 3.4.1 on initial sequence numbers of a restarted end).
   */
  private static boolean startsOver(TcpFlow flow, TcpSegment s, TcpPeer sender) {
    boolean opening = flow.state == TcpState.SYN_SENT || flow.state == TcpState.SYN_RECEIVED;
    return opening && s.synchronizes() && isAfter(s.end(), sender.end);
  }

  /** Takes the first that is heard of an end: its SYN, or failing that anything. */
  private static void start(TcpSegment s, TcpPeer sender, TcpPeer receiver, int sack) {
    sender.end = s.end();
    if (s.synchronizes()) {
      sender.limit = s.end();
      sender.maxWindow = Math.max(1, s.window());
      sender.options(s);
      boolean bothScale = sender.is(TcpPeer.SCALES) && receiver.is(TcpPeer.SCALES);
      if (!s.fromOpener() && !bothScale) {
        // RFC 7323 section 2.2: both ends must send the option, or neither scales.
        sender.scale = 0;
        receiver.scale = 0;
      }
      return;
    }
    sender.maxWindow = Math.max(1, s.window() << sender.scale);
    sender.limit = s.end() + sender.maxWindow;
    if (receiver.maxWindow == 0) {
      receiver.end = sack;
      receiver.limit = sack;
    } else if (sack == receiver.end + 1) {
      receiver.end++; // the answer to a keep-alive
    }
  }

  private static void learn(
      TcpSegment s, TcpPeer sender, TcpPeer receiver, int ack, int sack, int end) {
    int window = s.synchronizes() ? s.window() : s.window() << sender.scale;
    sender.maxWindow = max(sender.maxWindow, window + (sack - ack));
    if (isAfter(end, sender.end)) {
      sender.end = end;
      sender.marks |= TcpPeer.OUTSTANDING;
    }
    if (s.acknowledges()) {
      sender.acknowledged(ack);
    }
    if (receiver.maxWindow != 0 && isAfter(end, sender.limit)) {
      receiver.maxWindow += end - sender.limit;
    }
    if (isAfter(sack + window, receiver.limit - 1)) {
      receiver.limit = sack + window + (window == 0 ? 1 : 0); // a probe of one byte
    }
    if (ack == receiver.end) {
      receiver.marks &= ~TcpPeer.OUTSTANDING;
    }
  }

  private static void countRepetition(TcpFlow flow, TcpSegment s, int ack, int end) {
    if (flow.lastFromOpener == s.fromOpener()
        && flow.lastSequence == s.sequence()
        && flow.lastAck == ack
        && flow.lastEnd == end
        && flow.lastWindow == s.window()) {
      flow.repeated = Math.min(MAX_REPEATED, flow.repeated + 1);
      return;
    }
    flow.lastFromOpener = s.fromOpener();
    flow.lastSequence = s.sequence();
    flow.lastAck = ack;
    flow.lastEnd = end;
    flow.lastWindow = s.window();
    flow.repeated = 0;
  }

  /** Of two sequence numbers, whether the first is the earlier one (RFC 9293 section 3.4). */
  static boolean isBefore(int a, int b) {
    return a - b < 0;
  }

  /** Of two sequence numbers, whether the first is the later one. */
  static boolean isAfter(int a, int b) {
    return b - a < 0;
  }

  private static int max(int a, int b) {
    return Integer.compareUnsigned(a, b) >= 0 ? a : b;
  }
}

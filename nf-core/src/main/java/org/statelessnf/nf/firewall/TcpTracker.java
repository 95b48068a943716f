package org.statelessnf.nf.firewall;

import org.statelessnf.nf.IdleTimeout;

/**
 * Follows TCP connections: whether a segment belongs, and what it makes of the connection. State
 * transitions are {@link TcpState}'s, sequence windows {@link TcpWindow}'s; here is what needs both
 * or a memory of the segment before: resets, SYNs into live connections, the answers to them, and
 * reopening.
 *
 * <p><b>Liberal mode</b> looks at no windows, so a segment of an established connection changes
 * nothing and costs no write. A reset is judged nevertheless (RFC 5961 section 3), by the highest
 * acknowledgment of the end that it goes to, of which the record holds a value that may be up to
 * {@value #ACK_LAG} bytes old: it is written along with any other change, and else when it lags
 * behind by that much.
 *
 * <p><b>Strict mode</b> knows the highest acknowledgment exactly, since the windows are written
 * anyway.
 */
final class TcpTracker {
  /** The segment passes. */
  static final int PASS = 0;

  /** The segment passes and the connection's record is to be removed. */
  static final int PASS_AND_FORGET = 1;

  /** A new connection begins: remove the record and judge the segment as the first of a flow. */
  static final int REOPEN = 2;

  /** The segment does not fit the connection's state. */
  static final int INVALID = 3;

  /** The segment does not fit the sequence windows. */
  static final int OUT_OF_WINDOW = 4;

  /** Liberal mode: acknowledged bytes after which the highest acknowledgment is worth a write. */
  static final int ACK_LAG = 1 << 16;

  /**
   * Liberal mode: a reset that much above the highest acknowledgment known is no reason to expect
   * the connection's end. A generous bound on what can be in flight.
   */
  private static final int RESET_REACH = 1 << 24;

  /** The largest window there is (RFC 7323 section 2.3): no acknowledgment jumps further. */
  private static final int MAX_WINDOW = 1 << 30;

  /** Repetitions after which a connection is taken to be in trouble. */
  private static final int MAX_REPEATED = 3;

  private final Timeouts timeouts;
  private final boolean strict;

  TcpTracker(Timeouts timeouts, boolean strict) {
    this.timeouts = timeouts;
    this.strict = strict;
  }

  /**
   * Starts a connection.
   *
   * @param flow overwritten
   * @param s a SYN
   * @param sourceFirst whether its source is the first endpoint of the flow's key
   * @param now packet time
   */
  void open(TcpFlow flow, TcpSegment s, boolean sourceFirst, long now) {
    flow.clear(strict, sourceFirst, now);
    s.fromOpener(true);
    if (strict) {
      TcpWindow.judge(flow, s);
      flow.last(TcpSegment.SYN, true);
    }
    flow.moveTo(TcpState.SYN_SENT);
  }

  /**
   * Judges a segment of a known connection.
   *
   * @param flow updated; {@link TcpFlow#changed} tells whether it is to be written, also for a
   *     segment that does not pass
   * @param s its direction is set
   * @param now packet time
   * @return one of this class's constants
   */
  int judge(TcpFlow flow, TcpSegment s, long now) {
    int next = TcpState.after(flow.state, s.kind(), s.fromOpener(), flow.is(FlowRecord.CROSSED));
    switch (next) {
      case TcpState.INVALID:
        return INVALID;
      case TcpState.REOPENING:
        return isOver(flow, s) ? REOPEN : unjudged(flow, s, now);
      case TcpState.UNJUDGED:
        return unjudged(flow, s, now);
      case TcpState.SYN_CROSSED:
        flow.set(FlowRecord.CROSSED);
        return believe(flow, s, next, true, now);
      case TcpState.TIME_WAIT:
        if (isChallengeAck(flow, s)) {
          flow.unset(FlowRecord.CHALLENGE_EXPECTED);
          return pass(flow, s);
        }
        return believe(flow, s, next, true, now);
      default:
        return s.kind() == TcpSegment.RST ? reset(flow, s, now) : believe(flow, s, next, true, now);
    }
  }

  /** How long a connection may idle. */
  long timeoutNanos(TcpFlow flow) {
    long usual = timeouts.tcpNanos(flow.state);
    if (flow.tracked() && flow.repeated >= MAX_REPEATED) {
      long limit = timeouts.nanos(Timeouts.TCP_MAX_RETRANS);
      if (usual > limit) {
        return limit;
      }
    }
    if (flow.lastKind == TcpSegment.RST) {
      return timeouts.nanos(Timeouts.TCP_CLOSE);
    }
    if (!flow.tracked()) {
      return usual;
    }
    boolean outstanding =
        flow.peer(true).is(TcpPeer.OUTSTANDING) || flow.peer(false).is(TcpPeer.OUTSTANDING);
    if (outstanding || flow.is(FlowRecord.DOUBTED)) {
      return Math.min(usual, timeouts.nanos(Timeouts.TCP_UNACKNOWLEDGED));
    }
    return flow.lastWindow == 0 ? Math.min(usual, timeouts.nanos(Timeouts.TCP_MAX_RETRANS)) : usual;
  }

  /** Whether a SYN can be taken for a new connection at its face value. */
  private static boolean isOver(TcpFlow flow, TcpSegment s) {
    return flow.is(FlowRecord.CLOSE_BEGUN)
        || (flow.lastKind == TcpSegment.RST && flow.lastFromOpener == s.fromOpener());
  }

  /**
   * RFC 5961 section 4: an end answers a SYN into its connection by an ACK. That one does not
   * acknowledge the other end's FIN.
   */
  private static boolean isChallengeAck(TcpFlow flow, TcpSegment s) {
    return flow.state == TcpState.LAST_ACK
        && flow.is(FlowRecord.CHALLENGE_EXPECTED)
        && flow.lastKind == TcpSegment.SYN
        && flow.lastFromOpener != s.fromOpener();
  }

  /**
   * Lets a segment pass that may belong to a connection other than the one that is known. If it is
   * a SYN+ACK that acknowledges the SYN which passed so before, the two ends agree and the record
   * follows them; else it is remembered for what comes next.
   */
  private int unjudged(TcpFlow flow, TcpSegment s, long now) {
    if (s.kind() == TcpSegment.SYN_ACK
        && flow.lastKind == TcpSegment.SYN
        && flow.lastFromOpener != s.fromOpener()
        && s.acknowledgment() == flow.lastEnd) {
      followAnswer(flow, s);
      return believe(flow, s, TcpState.SYN_RECEIVED, true, now);
    }
    if (s.kind() == TcpSegment.SYN && s.fromOpener()) {
      flow.flags &= ~(FlowRecord.CROSSED | FlowRecord.CHALLENGE_EXPECTED);
      if (flow.state == TcpState.LAST_ACK) {
        flow.flags |= FlowRecord.CHALLENGE_EXPECTED;
      }
      int shift = s.windowScale();
      flow.synScale = Math.max(0, shift);
      flow.synMarks = (shift >= 0 ? TcpPeer.SCALES : 0) | (s.sackPermitted() ? TcpPeer.SACKS : 0);
    } else if (!flow.tracked()) {
      flow.last(TcpSegment.NONE, false); // what was remembered is no longer the last
      return pass(flow, s);
    }
    flow.last(s.kind(), s.fromOpener());
    flow.lastSequence = s.sequence();
    flow.lastEnd = s.end();
    flow.lastWindow = s.window();
    if (flow.state == TcpState.SYN_SENT && s.kind() == TcpSegment.ACK) {
      flow.lastAck = s.acknowledgment();
    }
    flow.markChanged();
    return pass(flow, s);
  }

  /** The SYN that was not believed is believed now, its answer is in hand. */
  private static void followAnswer(TcpFlow flow, TcpSegment answer) {
    TcpPeer asking = flow.peer(!answer.fromOpener());
    asking.clear();
    asking.end = flow.lastEnd;
    asking.limit = flow.lastEnd;
    asking.maxWindow = Math.max(1, flow.lastWindow);
    asking.scale = flow.synScale;
    asking.marks = flow.synMarks;
    flow.peer(answer.fromOpener()).clear();
    flow.unset(FlowRecord.CHALLENGE_EXPECTED | FlowRecord.CLOSE_BEGUN);
  }

  /**
   * A reset. RFC 5961 section 3: only one with exactly the number that its receiver expects next
   * ends the connection at once; one within the window is answered by an ACK, and a true sender
   * resets again. What the receiver expects next is the highest acknowledgment that it has sent.
   */
  private int reset(TcpFlow flow, TcpSegment s, long now) {
    if (TcpState.isClosing(flow.state)) {
      return believe(flow, s, TcpState.CLOSED, false, now); // numbers may be of the next connection
    }
    int next = TcpState.CLOSED;
    TcpPeer receiver = flow.peer(!s.fromOpener());
    boolean known = receiver.is(TcpPeer.ACK_KNOWN) && flow.lastKind != TcpSegment.SYN;
    if (known) {
      int above = s.sequence() - receiver.maxAck;
      boolean answersSyn = s.sequence() == 0 && !flow.isEstablished();
      if (above < 0 && !answersSyn) {
        return INVALID;
      }
      if (answersSyn || !flow.isEstablished() || above == 0 || endsTrain(flow, s)) {
        return believe(flow, s, next, true, now);
      }
      if (!flow.tracked() && above > RESET_REACH) {
        return PASS; // its receiver ignores it
      }
      next = flow.state; // the receiver's answer decides
    }
    return believe(flow, s, next, !answersUnjudged(flow, s), now);
  }

  /** Whether a reset comes right behind the segment before. */
  private static boolean endsTrain(TcpFlow flow, TcpSegment s) {
    return flow.lastKind == TcpSegment.ACK
        && flow.lastFromOpener == s.fromOpener()
        && s.sequence() == flow.lastEnd;
  }

  /** Whether a reset is the answer to a segment that passed without being believed. */
  private static boolean answersUnjudged(TcpFlow flow, TcpSegment s) {
    boolean toSyn =
        flow.is(FlowRecord.REPLIED)
            && flow.lastKind == TcpSegment.SYN
            && flow.lastFromOpener != s.fromOpener();
    boolean toAck = !flow.is(FlowRecord.ASSURED) && flow.lastKind == TcpSegment.ACK;
    if ((toSyn || toAck) && s.acknowledgment() == flow.lastEnd) {
      return true;
    }
    return flow.state == TcpState.SYN_SENT
        && flow.lastKind == TcpSegment.ACK
        && !flow.lastFromOpener
        && s.sequence() == flow.lastAck;
  }

  /** Moves the connection on, if the segment is within the windows. */
  private int believe(TcpFlow flow, TcpSegment s, int next, boolean compare, long now) {
    if (flow.tracked() && compare) {
      int fit = TcpWindow.judge(flow, s);
      if (fit != TcpWindow.INSIDE) {
        if (fit == TcpWindow.STALE) {
          flow.markChanged();
          return pass(flow, s);
        }
        doubt(flow, s, now);
        return OUT_OF_WINDOW;
      }
    }
    int before = flow.state;
    boolean reset = s.kind() == TcpSegment.RST;
    if (reset || flow.tracked()) {
      flow.last(s.kind(), s.fromOpener());
    } else {
      flow.last(TcpSegment.NONE, false);
    }
    flow.moveTo(next);
    flow.unset(FlowRecord.DOUBTED);
    if (next == TcpState.FIN_WAIT && before != next) {
      flow.set(FlowRecord.CLOSE_BEGUN);
    }
    if (reset && !flow.is(FlowRecord.REPLIED)) {
      return PASS_AND_FORGET;
    }
    boolean wasOpen = before == TcpState.SYN_RECEIVED || before == TcpState.ESTABLISHED;
    if (next == TcpState.ESTABLISHED && wasOpen && flow.is(FlowRecord.REPLIED)) {
      flow.set(FlowRecord.ASSURED);
    }
    int result = pass(flow, s);
    used(flow, s, now);
    return result;
  }

  private static int pass(TcpFlow flow, TcpSegment s) {
    if (!s.fromOpener()) {
      flow.set(FlowRecord.REPLIED);
    }
    return PASS;
  }

  /** Keeps time of last use and, in liberal mode, the highest acknowledgment, lazily. */
  private void used(TcpFlow flow, TcpSegment s, long now) {
    if (flow.tracked()) {
      flow.lastUseNanos = Math.max(now, flow.lastUseNanos);
      flow.markChanged();
      return;
    }
    if (IdleTimeout.needsRefresh(flow.lastUseNanos, now, timeoutNanos(flow))) {
      flow.markChanged();
    }
    boolean acknowledges =
        s.acknowledges() && !(s.kind() == TcpSegment.RST && s.acknowledgment() == 0);
    if (acknowledges) {
      TcpPeer sender = flow.peer(s.fromOpener());
      int step = s.acknowledgment() - sender.maxAck;
      if (!sender.is(TcpPeer.ACK_KNOWN)
          || (step > 0 && step <= MAX_WINDOW && (flow.changed() || step >= ACK_LAG))) {
        sender.acknowledged(s.acknowledgment());
        flow.markChanged();
      }
    }
    if (flow.changed()) {
      flow.lastUseNanos = Math.max(now, flow.lastUseNanos);
    }
  }

  /**
   * Both ends want to close, by segments that do not fit: the record is out of step with them and
   * need not be kept for days.
   */
  private static void doubt(TcpFlow flow, TcpSegment s, long now) {
    boolean closes = s.kind() == TcpSegment.FIN || s.kind() == TcpSegment.RST;
    if (!closes || !flow.is(FlowRecord.ASSURED)) {
      return;
    }
    boolean otherToo =
        flow.lastFromOpener != s.fromOpener()
            && (flow.lastKind == TcpSegment.FIN || flow.lastKind == TcpSegment.RST);
    if (otherToo) {
      flow.set(FlowRecord.DOUBTED);
      flow.lastUseNanos = Math.max(now, flow.lastUseNanos);
    } else {
      flow.last(s.kind(), s.fromOpener());
    }
  }
}

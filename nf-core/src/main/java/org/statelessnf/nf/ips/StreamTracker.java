package org.statelessnf.nf.ips;

import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.TcpOptions;

/**
 * Follows a connection as far as searching its streams needs: who is the client, where each stream
 * goes on, whether it is established or over. It judges nothing.
 *
 * <p>A segment is compared with the next sequence number expected. What is new is searched as the
 * stream's next piece. What was seen before is not searched again: the first copy counts. If bytes
 * are missing, the stream goes on behind the gap from the automaton's start; what comes later of
 * the gap itself is searched by itself, and so is everything until the connection is established.
 * Data with a SYN belong to the stream if both may use Fast Open; else they are ignored. Put the
 * re-assembly in front, and there are no gaps.
 */
final class StreamTracker {
  /** The segment carries nothing that is new. */
  static final int NOTHING_NEW = -1;

  /** The segment fills part of a gap. */
  static final int IN_GAP = -2;

  /** A sequence number so far ahead is not believed. */
  private static final int MAX_AHEAD = 1 << 30;

  private static final int FIRST_DYNAMIC_PORT = 1024;

  private StreamTracker() {}

  /**
   * Flags of a flow that this packet opens.
   *
   * @return 0 if it opens none
   */
  static int opening(Packet p, int direction, boolean midstream) {
    int flags = p.tcpFlags();
    int clientIsSource = direction == 0 ? IpsFlow.CLIENT_FIRST : 0;
    int clientIsOther = direction == 0 ? 0 : IpsFlow.CLIENT_FIRST;
    if ((flags & TcpHeader.RST) != 0) {
      return 0;
    }
    if ((flags & TcpHeader.SYN) != 0) {
      boolean answer = (flags & TcpHeader.ACK) != 0;
      return answer ? clientIsOther | IpsFlow.SYN | IpsFlow.ANSWERED : clientIsSource | IpsFlow.SYN;
    }
    if (!midstream || p.payloadLength() == 0) {
      return 0;
    }
    boolean fromServer =
        p.sourcePort() < FIRST_DYNAMIC_PORT && p.destinationPort() >= FIRST_DYNAMIC_PORT;
    return (fromServer ? clientIsOther : clientIsSource)
        | IpsFlow.SYN
        | IpsFlow.ANSWERED
        | IpsFlow.ESTABLISHED;
  }

  /** Whether the packet begins a new connection with the ports of the old one. */
  static boolean reopens(IpsFlow flow, Packet p, int direction) {
    int flags = p.tcpFlags() & (TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST);
    if (flags != TcpHeader.SYN) {
      return false;
    }
    boolean fromClient = flow.is(IpsFlow.CLIENT_FIRST) == (direction == 0);
    return flow.is(IpsFlow.CLOSED) || (fromClient && !flow.is(IpsFlow.ESTABLISHED));
  }

  /** Notes the handshake's progress. */
  static void advance(IpsFlow flow, Packet p, int direction) {
    int flags = p.tcpFlags();
    boolean fromClient = flow.is(IpsFlow.CLIENT_FIRST) == (direction == 0);
    boolean ack = (flags & TcpHeader.ACK) != 0;
    if ((flags & TcpHeader.RST) != 0 || flow.is(IpsFlow.ESTABLISHED)) {
      return;
    }
    if (!fromClient && (flags & TcpHeader.SYN) != 0) {
      flow.set(IpsFlow.ANSWERED);
    } else if (flow.is(IpsFlow.ANSWERED) && ack && (flags & TcpHeader.SYN) == 0) {
      flow.set(IpsFlow.ESTABLISHED);
    }
  }

  /** Sequence number of the first payload byte. */
  static int sequence(Packet p) {
    int sequence = TcpHeader.sequence(p.memory(), p.l4Start());
    return (p.tcpFlags() & TcpHeader.SYN) != 0 ? sequence + 1 : sequence;
  }

  /**
   * Where in the payload the part begins that the stream has not seen, and moves the flow to where
   * that part begins: after a gap, behind it.
   *
   * @return an index; or {@link #NOTHING_NEW} or {@link #IN_GAP}
   */
  static int fresh(IpsFlow flow, Packet p, int direction) {
    int sequence = sequence(p);
    if ((p.tcpFlags() & TcpHeader.RST) != 0) {
      return NOTHING_NEW; // what a RST carries is for people (RFC 9293 section 3.10.7.4)
    }
    if (!flow.is(IpsFlow.KNOWN_0 << direction)) {
      flow.next(direction, sequence, 0);
      return isFastOpen(p) || (p.tcpFlags() & TcpHeader.SYN) == 0 ? 0 : NOTHING_NEW;
    }
    if (p.payloadLength() == 0) {
      return NOTHING_NEW;
    }
    int ahead = sequence - flow.next(direction);
    if (ahead > MAX_AHEAD) {
      return NOTHING_NEW;
    }
    if (ahead > 0) {
      flow.gap(direction, flow.next(direction), sequence);
      flow.state(direction, ByteDfa.START);
      flow.next(direction, sequence, flow.position(direction) + ahead);
      return 0;
    }
    if (-ahead < p.payloadLength()) {
      return -ahead;
    }
    return flow.isInGap(direction, sequence) ? IN_GAP : NOTHING_NEW;
  }

  /** Whether a stream that goes on lacks bytes before this segment. */
  static boolean isEarly(IpsFlow flow, Packet p, int direction) {
    int ahead = sequence(p) - flow.next(direction);
    return ahead > 0
        && ahead <= MAX_AHEAD
        && p.payloadLength() > 0
        && (p.tcpFlags() & TcpHeader.RST) == 0
        && flow.is(IpsFlow.KNOWN_0 << direction)
        && !flow.is(IpsFlow.FIN_0 << direction)
        && !flow.is(IpsFlow.CLOSED);
  }

  /** Whether data with a SYN may be meant for the stream (RFC 7413). */
  private static boolean isFastOpen(Packet p) {
    return TcpOptions.find(p.memory(), p.l4Start(), p.l4HeaderLength(), TcpOptions.FAST_OPEN) >= 0;
  }

  /** Notes an end: a FIN in order, or a RST that is exactly in order (RFC 5961 section 3.2). */
  static void close(IpsFlow flow, Packet p, int direction) {
    int flags = p.tcpFlags();
    if ((flags & (TcpHeader.FIN | TcpHeader.RST)) == 0 || !flow.is(IpsFlow.KNOWN_0 << direction)) {
      return;
    }
    boolean reset = (flags & TcpHeader.RST) != 0;
    int end = sequence(p) + (reset ? 0 : p.payloadLength());
    if (end != flow.next(direction)) {
      return;
    }
    if (reset) {
      flow.set(IpsFlow.CLOSED);
    } else {
      flow.set(IpsFlow.FIN_0 << direction);
      if (flow.is(IpsFlow.FIN_0) && flow.is(IpsFlow.FIN_0 << 1)) {
        flow.set(IpsFlow.CLOSED);
      }
    }
  }
}

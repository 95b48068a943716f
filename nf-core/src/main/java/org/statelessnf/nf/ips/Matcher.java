package org.statelessnf.nf.ips;

import java.util.Arrays;
import org.statelessnf.nf.packet.Packet;

/**
 * Puts what the automaton finds together to signatures, for one packet at a time.
 *
 * <p>A signature's contents are searched for in two places: in the payload of this packet alone,
 * and in the stream up to and with this packet. One pass of the automaton serves both: what it
 * finds in the stream and begins within the packet is in the packet, too.
 *
 * <p>One object per pipe; allocates nothing after construction.
 */
final class Matcher implements ByteDfa.Listener {
  private static final int MAX_FIRED = 64;
  private static final int MAX_PARTS = 256;

  private final RuleSet rules;
  private final int[] firedAt;
  private final int[] headerAt;
  private final boolean[] headerMatches;
  private final int[] fired = new int[MAX_FIRED];
  private final int[] awaiting = new int[MAX_FIRED];
  private final Parts packetParts = new Parts(MAX_PARTS);
  private int firedCount;
  private int awaitingCount;
  private int stamp;
  private final boolean[] firedInStream = new boolean[MAX_FIRED];

  private Packet packet = new Packet();
  private Parts streamParts = packetParts;
  private int flow;
  private boolean datagram;
  private boolean inPacket;
  private boolean inStream;

  /** Where the piece that is scanned begins in the payload. */
  private int pieceBegin;

  /** Position in the stream of the payload's first byte; may be before the stream's begin. */
  private long streamOrigin;

  Matcher(RuleSet rules) {
    this.rules = rules;
    this.firedAt = new int[rules.size()];
    this.headerAt = new int[rules.size()];
    this.headerMatches = new boolean[rules.size()];
  }

  /**
   * Begins with a packet.
   *
   * @param p the packet
   * @param flowFlags what its flow answers to {@link FlowTest}
   * @param isDatagram whether it belongs to no stream, so that its payload is all there is
   */
  void begin(Packet p, int flowFlags, boolean isDatagram) {
    if (++stamp == 0) {
      Arrays.fill(firedAt, 0);
      Arrays.fill(headerAt, 0);
      stamp = 1;
    }
    packet = p;
    flow = flowFlags;
    datagram = isDatagram;
    firedCount = 0;
    awaitingCount = 0;
    packetParts.clear();
  }

  /** Searches the payload as such. */
  void scanPacket() {
    inPacket = true;
    inStream = false;
    scan(0, ByteDfa.START);
  }

  /**
   * Searches the payload, or its end, as the next piece of its stream.
   *
   * @param from where in the payload the piece begins; if 0, the payload as such is searched, too
   * @param position of the piece in the stream
   * @param state the automaton's, before
   * @param parts what was found in the stream before; brought up to date
   * @return the automaton's state, after
   */
  int scanStream(int from, long position, int state, Parts parts) {
    inPacket = from == 0;
    inStream = true;
    streamParts = parts;
    streamOrigin = position - from;
    int after = scan(from, state);
    expire((int) (streamOrigin + packet.payloadLength()));
    return after;
  }

  /** Searches the payload as such, for what belongs into a stream, too. */
  void scanByItself() {
    boolean before = datagram;
    datagram = true;
    scanPacket();
    datagram = before;
    packetParts.clear();
  }

  private int scan(int from, int state) {
    pieceBegin = from;
    int length = packet.payloadLength() - from;
    return rules.dfa.scan(packet.memory(), packet.payloadStart() + from, length, state, this);
  }

  /** Judges what only the whole packet can tell. Afterwards {@link #fired} is complete. */
  void end() {
    for (int i = 0; i < awaitingCount; i++) {
      int signature = awaiting[i];
      if (!isRefuted(signature)) {
        fire(signature, false);
      }
    }
    for (int signature : rules.withoutContent) {
      if (!isRefuted(signature) && headerMatches(signature)) {
        fire(signature, false);
      }
    }
  }

  /** How many signatures matched. */
  int firedCount() {
    return firedCount;
  }

  /** One of them, by its number in the rules. */
  int fired(int index) {
    return fired[index];
  }

  /** Whether it matched the stream and not only the packet. */
  boolean isOfStream(int index) {
    return firedInStream[index];
  }

  @Override
  public void accepted(int state, int end) {
    int at = pieceBegin + end;
    int count = rules.dfa.outputs(state);
    for (int i = 0; i < count; i++) {
      int pattern = rules.dfa.output(state, i);
      for (int u = rules.useStart[pattern]; u < rules.useStart[pattern + 1]; u++) {
        element(rules.uses[u], at);
      }
    }
  }

  private void element(int element, int end) {
    int signature = rules.signatureOf[element];
    Content content = rules.elements[element];
    if (firedAt[signature] == stamp) {
      return;
    }
    Signature asked = rules.signatures[signature];
    if (inPacket && (datagram || asked.inPacket())) {
      int begin = end - content.pattern().length();
      if (begin >= content.offset()
          && end <= content.end()
          && (!content.atEnd() || end == packet.payloadLength())
          && headerMatches(signature)) {
        found(packetParts, signature, element, end);
      }
    }
    if (inStream && asked.inStream() && firedAt[signature] != stamp) {
      long endsAt = streamOrigin + end;
      if (endsAt - content.pattern().length() >= content.offset()
          && endsAt <= content.end()
          && headerMatches(signature)) {
        found(streamParts, signature, element, (int) endsAt);
      }
    }
  }

  private boolean headerMatches(int signature) {
    if (headerAt[signature] != stamp) {
      headerAt[signature] = stamp;
      Signature asked = rules.signatures[signature];
      headerMatches[signature] =
          FlowTest.matches(asked.flow(), flow) && asked.matchesHeader(packet);
    }
    return headerMatches[signature];
  }

  private void found(Parts parts, int signature, int element, int end) {
    Content content = rules.elements[element];
    if (content.relative() && !follows(parts, element, content, end)) {
      return;
    }
    if (content.negated()) {
      if (!parts.has(element)) {
        parts.add(element, end);
      }
      return;
    }
    if (rules.goesOn[element]) {
      // Without a bound for what follows, the first match allows all that later ones would.
      if (rules.elements[element + 1].within() != Content.ANYWHERE || !parts.has(element)) {
        parts.add(element, end);
      }
      return;
    }
    if (isComplete(parts, signature, element)) {
      if (parts == packetParts) {
        completeInPacket(signature);
      } else {
        fire(signature, true);
        parts.removeRange(rules.firstElement[signature], rules.firstElement[signature + 1]);
      }
    } else if (!parts.has(element)) {
      parts.add(element, end);
    }
  }

  /** Whether a match ending here continues one of the element before. */
  private boolean follows(Parts parts, int element, Content content, int end) {
    int length = content.pattern().length();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.element(i) == element - 1) {
        int from = parts.end(i) + content.distance();
        int within = end - from;
        if (within >= length && within <= content.within()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether the ends of all chains are there, the element just found included. */
  private boolean isComplete(Parts parts, int signature, int element) {
    for (int e = rules.firstElement[signature]; e < rules.firstElement[signature + 1]; e++) {
      if (e != element && !rules.goesOn[e] && !rules.elements[e].negated() && !parts.has(e)) {
        return false;
      }
    }
    return true;
  }

  private void completeInPacket(int signature) {
    for (int e = rules.firstElement[signature]; e < rules.firstElement[signature + 1]; e++) {
      if (rules.elements[e].negated()) {
        if (awaitingCount < MAX_FIRED) {
          awaiting[awaitingCount++] = signature;
        }
        return;
      }
    }
    fire(signature, false);
  }

  /** Whether a content was found that must not be there. */
  private boolean isRefuted(int signature) {
    for (int e = rules.firstElement[signature]; e < rules.firstElement[signature + 1]; e++) {
      if (rules.elements[e].negated() && packetParts.has(e)) {
        return true;
      }
    }
    return false;
  }

  private void fire(int signature, boolean stream) {
    Signature asked = rules.signatures[signature];
    if (firedAt[signature] == stamp || firedCount == MAX_FIRED || !asked.tests().matches(packet)) {
      return;
    }
    firedAt[signature] = stamp;
    firedInStream[firedCount] = stream;
    fired[firedCount++] = signature;
  }

  /** Forgets parts of the stream that nothing later can follow within their bound. */
  private void expire(int position) {
    for (int i = streamParts.size() - 1; i >= 0; i--) {
      int element = streamParts.element(i);
      if (rules.goesOn[element]) {
        Content next = rules.elements[element + 1];
        if (next.within() != Content.ANYWHERE
            && position - streamParts.end(i) >= next.distance() + next.within()) {
          streamParts.removeAt(i);
        }
      }
    }
  }
}

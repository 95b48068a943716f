package org.statelessnf.host.trace;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.statelessnf.host.trace.FrameForge.Segment;
import org.statelessnf.nf.packet.TcpHeader;

/**
 * One TCP connection as both ends would have it: handshake, requests and responses in segments with
 * acknowledgments, an occasional retransmission, and an end.
 */
final class TcpScript {
  /** How a connection goes. */
  enum Course {
    /** Both ends close. */
    CLOSED,
    /** The client resets it after the data. */
    RESET,
    /** It is still open when the trace ends. */
    OPEN,
    /** The server refuses. */
    REFUSED,
    /** The server never answers; the SYN is repeated. */
    UNANSWERED
  }

  private static final int SEGMENT_BYTES = 1460;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long SERIALIZATION_NANOS = 12_000;
  private static final int CLIENT_WINDOW = 502;
  private static final int SERVER_WINDOW = 509;

  private final FrameForge forge;
  private final Timeline timeline;
  private final SplittableRandom random;
  private final Host client;
  private final int clientPort;
  private final Host server;
  private final int serverPort;
  private final long oneWayNanos;
  private int clientNext;
  private int serverNext;
  private long now;

  TcpScript(
      FrameForge forge,
      Timeline timeline,
      SplittableRandom random,
      Host client,
      int clientPort,
      Host server,
      int serverPort) {
    this.forge = forge;
    this.timeline = timeline;
    this.random = random;
    this.client = client;
    this.clientPort = clientPort;
    this.server = server;
    this.serverPort = serverPort;
    this.oneWayNanos = random.nextLong(2 * MILLI, 40 * MILLI);
    this.clientNext = random.nextInt();
    this.serverNext = random.nextInt();
  }

  /**
   * Plays the connection.
   *
   * @param beginNanos time of the first SYN
   * @param exchanges requests with their responses
   */
  void play(long beginNanos, Course course, int exchanges) {
    now = beginNanos;
    int firstSequence = clientNext;
    fromClient(TcpHeader.SYN, new byte[0]);
    switch (course) {
      case REFUSED -> {
        now += oneWayNanos;
        serverNext = 0;
        fromServer(TcpHeader.RST | TcpHeader.ACK, new byte[0]);
        return;
      }
      case UNANSWERED -> {
        for (int wait = 1; wait <= 4; wait *= 2) {
          now += wait * SECOND;
          clientNext = firstSequence;
          fromClient(TcpHeader.SYN, new byte[0]);
        }
        return;
      }
      default -> {}
    }
    now += oneWayNanos;
    fromServer(TcpHeader.SYN | TcpHeader.ACK, new byte[0]);
    now += oneWayNanos;
    fromClient(TcpHeader.ACK, new byte[0]);
    for (int i = 0; i < exchanges; i++) {
      exchange(i);
    }
    end(course);
  }

  private void exchange(int number) {
    now += pause();
    fromClient(TcpHeader.PSH | TcpHeader.ACK, request(number));
    now += oneWayNanos;
    fromServer(TcpHeader.ACK, new byte[0]);
    now += random.nextLong(MILLI, 20 * MILLI);
    // Most responses are short, a few are long.
    int segments = 1 + (int) Math.min(60, Math.pow(random.nextDouble(), -0.9));
    for (int s = 0; s < segments; s++) {
      boolean last = s == segments - 1;
      int bytes = last ? random.nextInt(40, SEGMENT_BYTES) : SEGMENT_BYTES;
      int flags = last ? TcpHeader.PSH | TcpHeader.ACK : TcpHeader.ACK;
      byte[] data = bytes(bytes);
      int sequence = serverNext;
      fromServer(flags, data);
      if (random.nextInt(100) == 0) {
        // It got lost on its way: sent again after a while, with the same number.
        now += 3 * oneWayNanos;
        serverNext = sequence;
        fromServer(flags, data);
      }
      now += SERIALIZATION_NANOS;
      if (s % 2 == 1 || last) {
        now += 50_000;
        fromClient(TcpHeader.ACK, new byte[0]);
      }
    }
  }

  /** Time until the next request: a page's next part, or somebody who reads. */
  private long pause() {
    return random.nextBoolean()
        ? random.nextLong(MILLI, 100 * MILLI)
        : random.nextLong(100 * MILLI, 10 * SECOND);
  }

  private void end(Course course) {
    switch (course) {
      case CLOSED -> {
        now += random.nextLong(MILLI, 200 * MILLI);
        fromClient(TcpHeader.FIN | TcpHeader.ACK, new byte[0]);
        now += oneWayNanos;
        fromServer(TcpHeader.ACK, new byte[0]);
        now += random.nextLong(100_000, 2 * MILLI);
        fromServer(TcpHeader.FIN | TcpHeader.ACK, new byte[0]);
        now += oneWayNanos;
        fromClient(TcpHeader.ACK, new byte[0]);
      }
      case RESET -> {
        now += random.nextLong(MILLI, 20 * MILLI);
        fromClient(TcpHeader.RST | TcpHeader.ACK, new byte[0]);
      }
      default -> {}
    }
  }

  private void fromClient(int flags, byte[] data) {
    boolean acknowledges = (flags & TcpHeader.ACK) != 0;
    Segment segment = new Segment(clientNext, acknowledges ? serverNext : 0, flags, CLIENT_WINDOW);
    timeline.add(now, forge.tcp(client, clientPort, server, serverPort, segment, data));
    clientNext += TcpHeader.segmentLength(flags, data.length);
  }

  private void fromServer(int flags, byte[] data) {
    Segment segment = new Segment(serverNext, clientNext, flags, SERVER_WINDOW);
    timeline.add(now, forge.tcp(server, serverPort, client, clientPort, segment, data));
    serverNext += TcpHeader.segmentLength(flags, data.length);
  }

  private byte[] request(int number) {
    String text =
        "GET /page/%d?n=%d HTTP/1.1\r\nHost: www%d.example\r\nAccept: */*\r\n\r\n"
            .formatted(random.nextInt(1000), number, random.nextInt(50));
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}

package org.statelessnf.nf.lb;

import org.statelessnf.nf.packet.TcpHeader;

/**
 * How far a flow is, no finer than its timeout needs. TCP timeouts follow RFC 5382 (2 h 4 min
 * established, 4 min transitory); a load balancer in the path of both directions keeps the record
 * of a closed connection as long as TIME-WAIT may last, so that the last acknowledgments find their
 * way.
 */
final class FlowState {
  /** TCP, nothing came back yet. */
  static final int OPENING = 0;

  /** TCP, both directions seen. */
  static final int ESTABLISHED = 1;

  /** TCP, the client has sent FIN. */
  static final int CLIENT_DONE = 2;

  /** TCP, the back end has sent FIN. */
  static final int BACKEND_DONE = 3;

  /** TCP, both have sent FIN, or either RST. */
  static final int CLOSED = 4;

  /** UDP. */
  static final int DATAGRAMS = 5;

  private static final long SECOND = 1_000_000_000L;
  private static final long[] TIMEOUT_NANOS = {
    240 * SECOND, 7_440 * SECOND, 240 * SECOND, 240 * SECOND, 120 * SECOND, 120 * SECOND
  };
  private static final String[] TEXT = {
    "opening", "established", "closing", "closing", "closed", "datagrams"
  };

  private FlowState() {}

  static long timeoutNanos(int state) {
    return TIMEOUT_NANOS[Math.min(state, TIMEOUT_NANOS.length - 1)];
  }

  static String text(int state) {
    return state < TEXT.length ? TEXT[state] : "unknown";
  }

  /** State after a TCP segment. */
  static int after(int state, int tcpFlags, boolean fromClient) {
    if ((tcpFlags & TcpHeader.RST) != 0) {
      return CLOSED;
    }
    if ((tcpFlags & TcpHeader.FIN) != 0) {
      return switch (state) {
        case CLIENT_DONE -> fromClient ? CLIENT_DONE : CLOSED;
        case BACKEND_DONE -> fromClient ? CLOSED : BACKEND_DONE;
        case CLOSED -> CLOSED;
        default -> fromClient ? CLIENT_DONE : BACKEND_DONE;
      };
    }
    return state == OPENING && !fromClient ? ESTABLISHED : state;
  }
}

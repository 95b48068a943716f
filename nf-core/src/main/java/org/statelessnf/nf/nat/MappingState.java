package org.statelessnf.nf.nat;

import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.TcpHeader;

/**
 * What a mapping's timer goes by. For TCP just enough is tracked to choose between the established
 * and the transitory timeout; a NAT is no firewall and drops nothing for the sake of its state.
 *
 * <p>A mapping is independent of the remote endpoint, so several TCP connections may share it, and
 * the end of one must not shorten the time of another. The record therefore keeps the remote
 * endpoint of the connection it was made for; a packet to another one sets the flag SHARED, and
 * from then on FIN and RST shorten nothing.
 *
 * <pre>
 *   outbound   SYN             FIN, RST       other
 *   OPENING    stays           CLOSING *      ESTABLISHED
 *   ESTABL.    stays           CLOSING *      stays
 *   CLOSING    OPENING **      stays          stays; to another remote: ESTABLISHED, SHARED
 *   RESET      OPENING **      CLOSING *      ESTABLISHED
 *
 *   *  of the recorded remote, and not SHARED
 *   ** which from then on is the recorded remote
 *
 *   inbound RST of the recorded remote, not SHARED: OPENING, ESTABLISHED become RESET
 * </pre>
 *
 * <p>Nothing from outside is trusted blindly: an inbound RST may be forged, so the mapping waits
 * for the transitory timeout (RFC 7857 section 2.2), and the next outbound segment takes it back.
 * An inbound FIN changes nothing: the inside host's own FIN follows.
 */
final class MappingState {
  static final int NONE = 0;
  static final int UDP = 1;
  static final int ICMP = 2;
  static final int TCP_OPENING = 3;
  static final int TCP_ESTABLISHED = 4;
  static final int TCP_CLOSING = 5;
  static final int TCP_RESET = 6;

  /** Flag of a record: connections to more than one remote endpoint were seen. */
  static final int SHARED = 1;

  /** Added to what {@link #afterOutbound} returns: the remote endpoint is to be recorded anew. */
  static final int NEW_REMOTE = 0x1_0000;

  private static final int FLAGS_SHIFT = 8;

  private MappingState() {}

  /** State of a new mapping; SYN or not, a TCP one has yet to prove itself. */
  static int initial(int protocol) {
    return switch (protocol) {
      case IpProtocol.TCP -> TCP_OPENING;
      case IpProtocol.UDP -> UDP;
      default -> ICMP;
    };
  }

  /**
   * State and flags after an outbound TCP segment.
   *
   * @param state the state before
   * @param flags the record's flags before
   * @param tcpFlags the segment's
   * @param sameRemote whether it goes to the recorded remote endpoint
   * @return to be taken apart by {@link #state} and {@link #flags}, and {@link #NEW_REMOTE}
   */
  static int afterOutbound(int state, int flags, int tcpFlags, boolean sameRemote) {
    boolean syn = (tcpFlags & TcpHeader.SYN) != 0;
    boolean end = (tcpFlags & (TcpHeader.FIN | TcpHeader.RST)) != 0;
    boolean closing = state == TCP_CLOSING || state == TCP_RESET;
    if (syn && !end && closing) {
      return pack(TCP_OPENING, 0) | NEW_REMOTE;
    }
    int shared = sameRemote ? flags : flags | SHARED;
    if (end) {
      return sameRemote && flags == 0 ? pack(TCP_CLOSING, 0) : pack(state, flags);
    }
    if (syn) {
      return pack(state, shared);
    }
    return state == TCP_CLOSING && sameRemote
        ? pack(TCP_CLOSING, flags)
        : pack(TCP_ESTABLISHED, shared);
  }

  /** Whether an inbound RST is to be noted. */
  static boolean isResetBy(int state, int flags, boolean sameRemote) {
    return (state == TCP_OPENING || state == TCP_ESTABLISHED) && flags == 0 && sameRemote;
  }

  static int pack(int state, int flags) {
    return flags << FLAGS_SHIFT | state;
  }

  static int state(int packed) {
    return packed & 0xff;
  }

  static int flags(int packed) {
    return packed >>> FLAGS_SHIFT & 0xff;
  }

  static String text(int state) {
    return switch (state) {
      case UDP -> "udp";
      case ICMP -> "icmp";
      case TCP_OPENING -> "opening";
      case TCP_ESTABLISHED -> "established";
      case TCP_CLOSING -> "closing";
      case TCP_RESET -> "reset";
      default -> "state " + state;
    };
  }
}

package org.statelessnf.nf.packet;

/**
 * What {@link PacketParser#parse} made of a frame: few values, one per thing a network function
 * does next. The exact cause is {@link Packet#parseReason()}, a {@link ParseReason}.
 *
 * <table>
 * <caption>Which results are filled</caption>
 * <tr><td>{@link #OK}</td><td>everything</td></tr>
 * <tr><td>{@link #NOT_IP}</td><td>link layer; {@code l3Offset()} where the payload begins</td></tr>
 * <tr><td>others</td><td>all that was decoded before the fault; the rest has its "absent" value. The
 *     ports are filled wherever their four bytes are there.</td></tr>
 * </table>
 */
public final class ParseStatus {
  /** An IP packet whose headers are all there and agree with each other. */
  public static final int OK = 0;

  /** Something else than IP: ARP, LLDP, MPLS, PPPoE, 802.3 … */
  public static final int NOT_IP = 1;

  /** The captured bytes end before the headers do, though by the lengths in them they go on. */
  public static final int TRUNCATED = 2;

  /** Headers contradict each other or their RFC. */
  public static final int MALFORMED = 3;

  /**
   * A fragment that splits the transport header: a first fragment without the whole of it, or a TCP
   * fragment that begins inside it (RFC 1858, RFC 3128, RFC 7112).
   */
  public static final int TINY_FRAGMENT = 4;

  /** The port's link type is not decoded. */
  public static final int UNSUPPORTED_LINK = 5;

  /**
   * The frame was not parsed since it was put into the handle; {@code parse} never returns this.
   */
  public static final int UNPARSED = 6;

  /** Number of values; they are 0 to COUNT - 1, fit for an array of counters. */
  public static final int COUNT = 7;

  private static final String[] TEXT = {
    "ok", "not ip", "truncated", "malformed", "tiny fragment", "unsupported link type", "not parsed"
  };

  private ParseStatus() {}

  /** A short text for people. */
  public static String text(int status) {
    return status >= 0 && status < COUNT ? TEXT[status] : "parse status " + status;
  }
}

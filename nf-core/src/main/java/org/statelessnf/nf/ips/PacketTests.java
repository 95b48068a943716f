package org.statelessnf.nf.ips;

import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;

/**
 * What a rule asks of a single packet beside contents; null where it does not ask.
 *
 * @param payload bytes of payload (dsize)
 * @param icmpType ICMP type
 * @param icmpCode ICMP code
 * @param hops time to live or hop limit
 * @param protocol number of the upper protocol
 * @param flags TCP flags
 */
record PacketTests(
    @Nullable NumberTest payload,
    @Nullable NumberTest icmpType,
    @Nullable NumberTest icmpCode,
    @Nullable NumberTest hops,
    @Nullable NumberTest protocol,
    @Nullable FlagsTest flags) {

  /**
   * What TCP flags are compared with.
   *
   * @param bits the flags
   * @param mask flags that count
   * @param mode {@code =} exactly these, {@code +} these and perhaps others, {@code *} one of them,
   *     {@code !} none of them
   */
  record FlagsTest(int bits, int mask, char mode) {

    /**
     * Parses such as {@code S}, {@code SA,12}, {@code +A}, {@code !R}, {@code 0}.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    static FlagsTest parse(String text) {
      String[] parts = text.replace(" ", "").split(",", -1);
      if (parts.length > 2 || parts[0].isEmpty()) {
        throw new IllegalArgumentException("flags: '" + text + "' is not of the form FLAGS[,MASK]");
      }
      char first = parts[0].charAt(0);
      boolean hasMode = "+*!".indexOf(first) >= 0;
      int mask = parts.length == 2 ? ~bits(parts[1], text) & 0xff : 0xff;
      return new FlagsTest(
          bits(hasMode ? parts[0].substring(1) : parts[0], text), mask, hasMode ? first : '=');
    }

    boolean matches(int flags) {
      int counted = flags & mask;
      return switch (mode) {
        case '+' -> (counted & bits) == bits;
        case '*' -> (counted & bits) != 0;
        case '!' -> (counted & bits) == 0;
        default -> counted == (bits & mask);
      };
    }

    private static int bits(String letters, String whole) {
      int bits = 0;
      for (int i = 0; i < letters.length(); i++) {
        char letter = Character.toUpperCase(letters.charAt(i));
        int bit = "FSRPAUEC".indexOf(letter);
        if (letter == '1' || letter == '2') {
          bit = letter == '1' ? 7 : 6;
        }
        if (bit < 0 && letter != '0') {
          throw new IllegalArgumentException("flags: no flag '" + letter + "' in '" + whole + "'");
        }
        bits |= bit < 0 ? 0 : 1 << bit;
      }
      return bits;
    }
  }

  /** Whether nothing is asked. */
  boolean isEmpty() {
    return payload == null
        && icmpType == null
        && icmpCode == null
        && hops == null
        && protocol == null
        && flags == null;
  }

  boolean matches(Packet p) {
    return (payload == null || payload.matches(p.payloadLength()))
        && (icmpType == null || (isIcmp(p) && icmpType.matches(p.icmpType())))
        && (icmpCode == null || (isIcmp(p) && icmpCode.matches(p.icmpCode())))
        && (hops == null || hops.matches(p.ttl()))
        && (protocol == null || protocol.matches(p.protocol()))
        && (flags == null || (p.protocol() == IpProtocol.TCP && flags.matches(p.tcpFlags())));
  }

  private static boolean isIcmp(Packet p) {
    int protocol = p.protocol();
    return (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) && p.l4HeaderLength() > 0;
  }
}

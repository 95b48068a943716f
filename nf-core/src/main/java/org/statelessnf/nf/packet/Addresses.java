package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * IPv4 and IPv6 literals. Never a name look-up: a text that is no literal is an error.
 *
 * <p>For configuration and for people; it allocates. An IPv4 address is an {@code int} or 4 bytes,
 * an IPv6 address is two {@code long}s or 16 bytes, always in network order.
 */
public final class Addresses {
  private static final int GROUPS = 8;

  private Addresses() {}

  /**
   * Parses an IPv4 or IPv6 literal.
   *
   * @return 4 or 16 bytes
   * @throws IllegalArgumentException with one line that names the text
   */
  public static byte[] parse(String text) {
    return text.indexOf(':') >= 0 ? parseIpv6(text) : bytes(parseIpv4(text));
  }

  /**
   * Parses four decimal numbers with dots between. Leading zeros are refused: some read them as
   * octal.
   *
   * @throws IllegalArgumentException with one line that names the text
   */
  public static int parseIpv4(String text) {
    long address = parseQuad(text, 0);
    if (address < 0) {
      throw new IllegalArgumentException("not an IP address: '" + text + "'");
    }
    return (int) address;
  }

  /**
   * Parses an IPv6 literal (RFC 4291 section 2.2), an embedded IPv4 one included. Zones are
   * refused.
   *
   * @return 16 bytes
   * @throws IllegalArgumentException with one line that names the text
   */
  public static byte[] parseIpv6(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int gap = -1;
    int at = 0;
    boolean valid = text.length() >= 2;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (valid && at < text.length()) {
      int end = at;
      while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
        end++;
      }
      if (end < text.length() && text.charAt(end) == '.') {
        long quad = parseQuad(text, at);
        valid = quad >= 0 && count <= GROUPS - 2;
        if (valid) {
          groups[count++] = (int) (quad >>> 16);
          groups[count++] = (int) quad & 0xffff;
        }
        break;
      }
      valid = end > at && end - at <= 4 && count < GROUPS && isAscii(text, at, end);
      if (!valid) {
        break;
      }
      groups[count++] = Integer.parseInt(text, at, end, 16);
      at = end;
      if (at < text.length()) {
        valid = text.charAt(at) == ':' && at + 1 < text.length();
        at++;
        if (valid && text.charAt(at) == ':') {
          valid = gap < 0;
          gap = count;
          at++;
        }
      }
    }
    if (!valid || (gap < 0 ? count != GROUPS : count >= GROUPS)) {
      throw new IllegalArgumentException("not an IP address: '" + text + "'");
    }
    byte[] address = new byte[16];
    for (int i = 0; i < count; i++) {
      int group = gap >= 0 && i >= gap ? GROUPS - count + i : i;
      address[2 * group] = (byte) (groups[i] >>> 8);
      address[2 * group + 1] = (byte) groups[i];
    }
    return address;
  }

  /** The address as four decimal numbers. */
  public static String formatIpv4(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  /**
   * The address in the canonical form of RFC 5952; IPv4-mapped ones with the IPv4 part in decimal.
   */
  public static String formatIpv6(long high, long low) {
    if (high == 0 && low >>> 32 == 0xffff) {
      return "::ffff:" + formatIpv4((int) low);
    }
    int gap = -1;
    int gapLength = 1; // a single group is not shortened
    for (int i = 0; i < GROUPS; ) {
      int end = i;
      while (end < GROUPS && group(high, low, end) == 0) {
        end++;
      }
      if (end - i > gapLength) {
        gap = i;
        gapLength = end - i;
      }
      i = end + 1;
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(high, low, i)));
    }
    return text.toString();
  }

  /** The address at {@code offset}, by IP version 4 or 6. */
  public static String format(MemorySegment memory, long offset, int ipVersion) {
    return ipVersion == 4
        ? formatIpv4(Wire.i32(memory, offset))
        : formatIpv6(Wire.i64(memory, offset), Wire.i64(memory, offset + 8));
  }

  /** The address in 4 or 16 bytes. */
  public static String format(byte[] address) {
    if (address.length != 4 && address.length != 16) {
      throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + address.length);
    }
    return format(MemorySegment.ofArray(address), 0, address.length == 4 ? 4 : 6);
  }

  /** The four bytes of an IPv4 address. */
  public static byte[] bytes(int address) {
    return new byte[] {
      (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
    };
  }

  private static int group(long high, long low, int index) {
    long half = index < 4 ? high : low;
    return (int) (half >>> ((3 - (index & 3)) * 16)) & 0xffff;
  }

  private static boolean isAscii(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) > 127) {
        return false;
      }
    }
    return true;
  }

  /** Dotted decimal from {@code from} to the end of the text; -1 if it is not. */
  private static long parseQuad(String text, int from) {
    long address = 0;
    int at = from;
    for (int part = 0; part < 4; part++) {
      int start = at;
      int value = 0;
      while (at < text.length()
          && at - start < 4
          && text.charAt(at) >= '0'
          && text.charAt(at) <= '9') {
        value = value * 10 + text.charAt(at) - '0';
        at++;
      }
      int digits = at - start;
      if (digits == 0 || value > 255 || (digits > 1 && text.charAt(start) == '0')) {
        return -1;
      }
      address = address << 8 | value;
      if (part < 3) {
        if (at == text.length() || text.charAt(at) != '.') {
          return -1;
        }
        at++;
      }
    }
    return at == text.length() ? address : -1;
  }
}

package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Wire;

/**
 * An address and a port. 20 bytes in records: IP version, 0, port, address (16 bytes, IPv4 in the
 * last four).
 *
 * @param ipVersion 4 or 6
 * @param high high 64 bits of the address, 0 for IPv4
 * @param low low 64 bits of the address; for IPv4 its 32 bits
 * @param port TCP or UDP port
 */
public record Endpoint(int ipVersion, long high, long low, int port) {
  static final int LENGTH = 20;

  private static final int PORT = 2;
  private static final int HIGH = 4;
  private static final int LOW = 12;
  private static final int IPV4_BYTES = 4;

  /**
   * Reads {@code 192.0.2.1:80} or {@code [2001:db8::1]:80}.
   *
   * @param text address and port
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean brackets = text.startsWith("[") && colon > 0 && text.charAt(colon - 1) == ']';
    if (colon < 1 || (!brackets && text.indexOf(':') != colon)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not ADDRESS:PORT (IPv6: [ADDRESS]:PORT)");
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "': the port is not a number", e);
    }
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("'" + text + "': port " + port + " is not in 1..65535");
    }
    byte[] address =
        Addresses.parse(brackets ? text.substring(1, colon - 1) : text.substring(0, colon));
    MemorySegment bytes = MemorySegment.ofArray(address);
    return address.length == IPV4_BYTES
        ? new Endpoint(4, 0, Wire.u32(bytes, 0), port)
        : new Endpoint(6, Wire.i64(bytes, 0), Wire.i64(bytes, Long.BYTES), port);
  }

  static Endpoint read(MemorySegment memory, long offset) {
    return new Endpoint(
        Wire.u8(memory, offset),
        Wire.i64(memory, offset + HIGH),
        Wire.i64(memory, offset + LOW),
        Wire.u16(memory, offset + PORT));
  }

  void write(MemorySegment memory, long offset) {
    Wire.put8(memory, offset, ipVersion);
    Wire.put8(memory, offset + 1, 0);
    Wire.put16(memory, offset + PORT, port);
    Wire.put64(memory, offset + HIGH, high);
    Wire.put64(memory, offset + LOW, low);
  }

  /** Whether the bytes at an offset are this endpoint. */
  boolean isAt(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset) == ipVersion
        && Wire.u16(memory, offset + PORT) == port
        && Wire.i64(memory, offset + LOW) == low
        && Wire.i64(memory, offset + HIGH) == high;
  }

  /** Whether an address in a packet and a port are this endpoint. */
  boolean matches(MemorySegment memory, long address, int version, int otherPort) {
    if (version != ipVersion || otherPort != port) {
      return false;
    }
    return version == 4
        ? Wire.u32(memory, address) == low
        : Wire.i64(memory, address) == high && Wire.i64(memory, address + Long.BYTES) == low;
  }

  /** A number that stands for this endpoint in hashing; the same in every process. */
  long hash() {
    return mix(mix(mix(high) ^ low) ^ ((long) ipVersion << 16 | port));
  }

  static long mix(long value) {
    // SplitMix64's finalizer (Steele, Lea, Flood 2014).
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  @Override
  public String toString() {
    return ipVersion == 4
        ? Addresses.formatIpv4((int) low) + ":" + port
        : "[" + Addresses.formatIpv6(high, low) + "]:" + port;
  }
}

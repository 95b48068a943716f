package org.statelessnf.host.trace;

/**
 * A node of the synthetic network.
 *
 * @param address 4 or 16 bytes
 * @param mac 48 bits
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
record Host(byte[] address, long mac) {
  private static final long INSIDE_MAC = 0x02_00_00_00_00_00L;
  private static final long ROUTER_MAC = 0x02_00_5e_00_00_01L;

  boolean isIpv6() {
    return address.length == 16;
  }

  /** An inside client: 10.20.x.y. */
  static Host client(int number) {
    byte[] address = {10, 20, (byte) (number / 200), (byte) (1 + number % 200)};
    return new Host(address, INSIDE_MAC + number + 1);
  }

  /** An inside client with IPv6: fd00:20::n. */
  static Host client6(int number) {
    byte[] address = new byte[16];
    address[0] = (byte) 0xfd;
    address[3] = 0x20;
    address[15] = (byte) (1 + number);
    return new Host(address, INSIDE_MAC + 0x1000 + number);
  }

  /** A server in the blocks for documentation (RFC 5737), behind the router. */
  static Host server(int number) {
    byte[] address =
        number % 2 == 0
            ? new byte[] {(byte) 198, 51, 100, (byte) (1 + number / 2 % 250)}
            : new byte[] {(byte) 203, 0, 113, (byte) (1 + number / 2 % 250)};
    return new Host(address, ROUTER_MAC);
  }

  /** A server with IPv6: 2001:db8::n (RFC 3849). */
  static Host server6(int number) {
    byte[] address = new byte[16];
    address[0] = 0x20;
    address[1] = 0x01;
    address[2] = 0x0d;
    address[3] = (byte) 0xb8;
    address[15] = (byte) (1 + number);
    return new Host(address, ROUTER_MAC);
  }

  /** A host of the Internet that connects by itself: 198.18.x.y (RFC 2544). */
  static Host stranger(int number) {
    byte[] address = {(byte) 198, 18, (byte) (number / 250), (byte) (1 + number % 250)};
    return new Host(address, ROUTER_MAC);
  }

  /** A host of the given address on the inside wire. */
  static Host at(byte[] address) {
    return new Host(address, INSIDE_MAC + 0xffff);
  }
}

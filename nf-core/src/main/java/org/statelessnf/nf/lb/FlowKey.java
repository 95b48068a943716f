package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Wire;

/**
 * Key of a flow: the client's side and the virtual address, the same for both directions.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |  IP version   |   protocol    |         client port           |
 *  +---------------+---------------+-------------------------------+
 *  |                  client address, 4 or 16 bytes                |
 *  +---------------------------------------------------------------+
 *  |       virtual address, 4 or 16 bytes, then its port (2)       |
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class FlowKey {
  static final int MAX_LENGTH = 38;

  private static final int CLIENT_PORT = 2;
  private static final int CLIENT = 4;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private FlowKey() {}

  /**
   * Writes a key.
   *
   * @param key where to
   * @param at offset in it
   * @param protocol TCP or UDP
   * @param memory memory that holds the client's address
   * @param client where the client's address starts
   * @param clientPort the client's port
   * @param vip the virtual address
   * @return its length
   */
  static int write(
      MemorySegment key,
      long at,
      int protocol,
      MemorySegment memory,
      long client,
      int clientPort,
      Endpoint vip) {
    Wire.put8(key, at, vip.ipVersion());
    Wire.put8(key, at + 1, protocol);
    Wire.put16(key, at + CLIENT_PORT, clientPort);
    int bytes = vip.ipVersion() == 4 ? IPV4_BYTES : IPV6_BYTES;
    MemorySegment.copy(memory, client, key, at + CLIENT, bytes);
    long vipAt = at + CLIENT + bytes;
    if (bytes == IPV4_BYTES) {
      Wire.put32(key, vipAt, (int) vip.low());
    } else {
      Wire.put64(key, vipAt, vip.high());
      Wire.put64(key, vipAt + Long.BYTES, vip.low());
    }
    Wire.put16(key, vipAt + bytes, vip.port());
    return CLIENT + 2 * bytes + 2;
  }

  /** The virtual address in a key. */
  static Endpoint vip(MemorySegment key, long at) {
    if (Wire.u8(key, at) == 4) {
      long vip = at + CLIENT + IPV4_BYTES;
      return new Endpoint(4, 0, Wire.u32(key, vip), Wire.u16(key, vip + IPV4_BYTES));
    }
    long vip = at + CLIENT + IPV6_BYTES;
    return new Endpoint(
        6, Wire.i64(key, vip), Wire.i64(key, vip + Long.BYTES), Wire.u16(key, vip + IPV6_BYTES));
  }

  static String format(byte[] bytes) {
    MemorySegment key = MemorySegment.ofArray(bytes);
    int version = Wire.u8(key, 0);
    String client = Addresses.format(key, CLIENT, version);
    return "%s %s:%d -> %s"
        .formatted(
            IpProtocol.text(Wire.u8(key, 1)),
            version == 4 ? client : "[" + client + "]",
            Wire.u16(key, CLIENT_PORT),
            vip(key, 0));
  }
}

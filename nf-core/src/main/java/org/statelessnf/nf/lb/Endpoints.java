package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/** {@link Endpoint}s where they lie, without an object: in records and in packet headers. */
final class Endpoints {
  static final int IPV4_SOURCE = 12;
  static final int IPV4_DESTINATION = 16;
  static final int IPV6_SOURCE = 8;
  static final int IPV6_DESTINATION = 24;

  private static final int PORT = 2;
  private static final int HIGH = 4;
  private static final int LOW = 12;

  private Endpoints() {}

  static long high(MemorySegment memory, long endpoint) {
    return Wire.i64(memory, endpoint + HIGH);
  }

  static long low(MemorySegment memory, long endpoint) {
    return Wire.i64(memory, endpoint + LOW);
  }

  static int port(MemorySegment memory, long endpoint) {
    return Wire.u16(memory, endpoint + PORT);
  }

  /** Whether an address in a packet is the address of an endpoint in a record. */
  static boolean isAddress(
      MemorySegment record, long endpoint, MemorySegment packet, long address, int version) {
    if (Wire.u8(record, endpoint) != version) {
      return false;
    }
    return version == 4
        ? Wire.u32(packet, address) == low(record, endpoint)
        : Wire.i64(packet, address) == high(record, endpoint)
            && Wire.i64(packet, address + Long.BYTES) == low(record, endpoint);
  }
}

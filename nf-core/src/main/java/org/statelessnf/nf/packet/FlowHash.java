package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/** The hash behind {@link FlowKeys#flowHash}: symmetric in the two endpoints. */
final class FlowHash {
  /**
   * Odd constants of SplitMix64 (Steele, Lea, Flood 2014) and its finalizer by Stafford (mix 13).
   */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private static final long MIX_1 = 0xbf58476d1ce4e5b9L;
  private static final long MIX_2 = 0x94d049bb133111ebL;

  private FlowHash() {}

  static long of(
      MemorySegment memory,
      long ip,
      int ipVersion,
      int protocol,
      int sourcePort,
      int destinationPort) {
    long source;
    long destination;
    if (ipVersion == 4) {
      source = Wire.u32(memory, ip + Ipv4Header.SOURCE_OFFSET) << 16 | sourcePort;
      destination = Wire.u32(memory, ip + Ipv4Header.DESTINATION_OFFSET) << 16 | destinationPort;
    } else {
      source = endpoint(memory, ip + Ipv6Header.SOURCE_OFFSET, sourcePort);
      destination = endpoint(memory, ip + Ipv6Header.DESTINATION_OFFSET, destinationPort);
    }
    boolean ordered = Long.compareUnsigned(source, destination) <= 0;
    long first = ordered ? source : destination;
    long second = ordered ? destination : source;
    return mix(mix(first + GOLDEN * (protocol + 1)) + second);
  }

  private static long endpoint(MemorySegment memory, long address, int port) {
    return mix(mix(Wire.i64(memory, address) + port) + Wire.i64(memory, address + 8));
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * MIX_1;
    z = (z ^ z >>> 27) * MIX_2;
    return z ^ z >>> 31;
  }
}

package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * Flow keys: fixed-length byte strings that name a flow in a store, and hashes that spread flows.
 *
 * <pre>
 *   byte   IPv4 (14 bytes)          IPv6 (38 bytes)
 *      0   version = 4              version = 6
 *      1   protocol                 protocol
 *      2   first address   (4)      first address   (16)
 *          second address  (4)      second address  (16)
 *          first port      (2)      first port      (2)
 *          second port     (2)      second port     (2)       all in network order
 * </pre>
 *
 * <p>A <em>directional</em> key has the source first, a <em>reverse</em> key the destination. A
 * <em>bidirectional</em> key is the same for both directions of a flow: the smaller endpoint comes
 * first, by address and then by port, unsigned. For ICMP queries both ports are the identifier;
 * protocols without ports have 0. So do ICMP errors, whose own key says nothing about a flow: ask
 * {@link Packet#isIcmpError()} and use the "inner" writers for them.
 *
 * <p>Writers return the key's length, or 0 with nothing written if the packet has no such key: it
 * did not parse, or it is a later fragment, whose ports are not in it. Those can be looked up by
 * {@link #writeDatagram}, which names the datagram that the fragments are parts of:
 *
 * <pre>
 *   byte   IPv4 (14 bytes)          IPv6 (38 bytes)
 *      0   0x84                     0x86
 *      1   protocol                 0 (RFC 8200 section 4.5: not part of a datagram's identity)
 *      2   source, destination      source, destination
 *          identification (4)       identification (4)
 * </pre>
 *
 * <p>The destination memory is the caller's, with room for {@link #MAX_LENGTH} bytes. Any thread;
 * nothing is allocated but by {@link #format}.
 */
public final class FlowKeys {
  /** Length of an IPv4 key. */
  public static final int IPV4_LENGTH = 14;

  /** Length of an IPv6 key. */
  public static final int IPV6_LENGTH = 38;

  /** The longest key. */
  public static final int MAX_LENGTH = IPV6_LENGTH;

  private static final int ADDRESSES_OFFSET = 2;
  private static final int DATAGRAM = 0x80;

  private FlowKeys() {}

  /** Writes the key that both directions of the packet's flow share. */
  public static int writeBidirectional(Packet p, MemorySegment key, long offset) {
    return hasKey(p) ? outer(p, key, offset, sourceFirst(p)) : 0;
  }

  /** Writes the key of the packet's own direction: source first. */
  public static int writeDirectional(Packet p, MemorySegment key, long offset) {
    return hasKey(p) ? outer(p, key, offset, true) : 0;
  }

  /** Writes the key of the opposite direction: destination first. */
  public static int writeReverse(Packet p, MemorySegment key, long offset) {
    return hasKey(p) ? outer(p, key, offset, false) : 0;
  }

  /**
   * Writes the bidirectional key of the flow that an ICMP error is about: equal to what {@link
   * #writeBidirectional} gives for the quoted packet.
   *
   * @return 0 if the packet is no ICMP error or quotes too little: less than 8 bytes of the
   *     transport header, a later fragment, or an ICMP message that belongs to no flow
   */
  public static int writeInnerBidirectional(Packet p, MemorySegment key, long offset) {
    return hasInnerKey(p) ? inner(p, key, offset, innerSourceFirst(p)) : 0;
  }

  /** Writes the directional key of the quoted packet: its source, to whom the error goes, first. */
  public static int writeInnerDirectional(Packet p, MemorySegment key, long offset) {
    return hasInnerKey(p) ? inner(p, key, offset, true) : 0;
  }

  /**
   * Writes the key of the direction opposite to the quoted packet's, which is that of the error.
   */
  public static int writeInnerReverse(Packet p, MemorySegment key, long offset) {
    return hasInnerKey(p) ? inner(p, key, offset, false) : 0;
  }

  /** Writes the key of the datagram that a fragment belongs to; 0 if the packet is no fragment. */
  public static int writeDatagram(Packet p, MemorySegment key, long offset) {
    if (!p.isFragment() || p.parseStatus() == ParseStatus.MALFORMED) {
      return 0;
    }
    MemorySegment memory = p.memory();
    boolean v4 = p.ipVersion() == 4;
    int addressBytes = v4 ? 8 : 32;
    int source = v4 ? Ipv4Header.SOURCE_OFFSET : Ipv6Header.SOURCE_OFFSET;
    Wire.put8(key, offset, DATAGRAM | p.ipVersion());
    Wire.put8(key, offset + 1, v4 ? p.protocol() : 0);
    copy(memory, p.l3Start() + source, key, offset + ADDRESSES_OFFSET, addressBytes);
    int identification =
        v4
            ? Ipv4Header.identification(memory, p.l3Start())
            : Ipv6Extension.fragmentIdentification(memory, p.offset() + p.fragmentHeaderOffset());
    Wire.put32(key, offset + ADDRESSES_OFFSET + addressBytes, identification);
    return v4 ? IPV4_LENGTH : IPV6_LENGTH;
  }

  /** True if the packet's source is the first endpoint of its bidirectional key (also on a tie). */
  public static boolean sourceFirst(Packet p) {
    int order =
        p.ipVersion() == 4
            ? Integer.compareUnsigned(p.ipv4Source(), p.ipv4Destination())
            : compareIpv6(p.memory(), p.l3Start());
    return order < 0 || (order == 0 && p.sourcePort() <= p.destinationPort());
  }

  /** True if the quoted packet's source is the first endpoint of its bidirectional key. */
  public static boolean innerSourceFirst(Packet p) {
    MemorySegment memory = p.memory();
    long ip = p.innerL3Start();
    int order =
        p.innerIpVersion() == 4
            ? Integer.compareUnsigned(
                Ipv4Header.source(memory, ip), Ipv4Header.destination(memory, ip))
            : compareIpv6(memory, ip);
    return order < 0 || (order == 0 && p.innerSourcePort() <= p.innerDestinationPort());
  }

  /**
   * A hash for spreading packets over queues or instances; the same for both directions of a flow.
   *
   * <ul>
   *   <li>An ICMP error that quotes enough has the hash of the flow it is about.
   *   <li>All fragments of a datagram, the first included, hash by their addresses alone, so they
   *       stay together; they leave the rest of their flow, as on network cards (no correctness
   *       hangs on it: any packet may go to any instance). {@link #addressHash} keeps both
   *       together.
   *   <li>Packets without a decoded transport header hash by their addresses; without addresses to
   *       0.
   * </ul>
   *
   * <p>Well mixed in all 64 bits, stable across processes and versions, not keyed: an attacker can
   * make flows collide.
   */
  public static long flowHash(Packet p) {
    if (hasInnerKey(p)) {
      return FlowHash.of(
          p.memory(),
          p.innerL3Start(),
          p.innerIpVersion(),
          p.innerProtocol(),
          p.innerSourcePort(),
          p.innerDestinationPort());
    }
    if (p.parseStatus() != ParseStatus.OK || p.isFragment()) {
      return addressHash(p);
    }
    return FlowHash.of(
        p.memory(), p.l3Start(), p.ipVersion(), p.protocol(), p.sourcePort(), p.destinationPort());
  }

  /**
   * Like {@link #flowHash}, but by the two addresses alone for every packet; 0 without addresses.
   */
  public static long addressHash(Packet p) {
    if (!p.hasAddresses()) {
      return 0;
    }
    return FlowHash.of(p.memory(), p.l3Start(), p.ipVersion(), 0, 0, 0);
  }

  /** For people: {@code tcp 10.0.0.1:4242 <-> 1.2.3.4:80}, from a bidirectional key. */
  public static String format(MemorySegment key, long offset, int length) {
    return FlowKeyText.format(key, offset, length, " <-> ");
  }

  /** For people: {@code tcp 10.0.0.1:4242 <-> 1.2.3.4:80}, from a bidirectional key. */
  public static String format(byte[] key) {
    return FlowKeyText.format(MemorySegment.ofArray(key), 0, key.length, " <-> ");
  }

  /** For people: {@code tcp 10.0.0.1:4242 -> 1.2.3.4:80}, from a directional key. */
  public static String formatDirectional(MemorySegment key, long offset, int length) {
    return FlowKeyText.format(key, offset, length, " -> ");
  }

  private static boolean hasKey(Packet p) {
    return p.parseStatus() == ParseStatus.OK && p.fragmentOffset() == 0;
  }

  private static boolean hasInnerKey(Packet p) {
    if (p.innerL4Offset() < 0) {
      return false;
    }
    int protocol = p.innerProtocol();
    if (protocol != IpProtocol.ICMP && protocol != IpProtocol.ICMPV6) {
      return true;
    }
    int type = IcmpHeader.type(p.memory(), p.innerL4Start());
    return protocol == IpProtocol.ICMP ? IcmpHeader.isQuery(type) : Icmpv6Header.isQuery(type);
  }

  private static int outer(Packet p, MemorySegment key, long offset, boolean sourceFirst) {
    int ports = ports(p.sourcePort(), p.destinationPort(), sourceFirst);
    return p.ipVersion() == 4
        ? writeIpv4(
            p.protocol(), p.ipv4Source(), p.ipv4Destination(), ports, key, offset, sourceFirst)
        : writeIpv6(p, p.l3Start(), p.protocol(), ports, key, offset, sourceFirst);
  }

  private static int inner(Packet p, MemorySegment key, long offset, boolean sourceFirst) {
    MemorySegment memory = p.memory();
    long ip = p.innerL3Start();
    int protocol = p.innerProtocol();
    int ports = ports(p.innerSourcePort(), p.innerDestinationPort(), sourceFirst);
    return p.innerIpVersion() == 4
        ? writeIpv4(
            protocol,
            Ipv4Header.source(memory, ip),
            Ipv4Header.destination(memory, ip),
            ports,
            key,
            offset,
            sourceFirst)
        : writeIpv6(p, ip, protocol, ports, key, offset, sourceFirst);
  }

  private static int ports(int source, int destination, boolean sourceFirst) {
    return sourceFirst ? source << 16 | destination : destination << 16 | source;
  }

  private static int writeIpv4(
      int protocol,
      int source,
      int destination,
      int ports,
      MemorySegment key,
      long offset,
      boolean sourceFirst) {
    long begin = 4L << 56 | (protocol & 0xffL) << 48;
    long first = (sourceFirst ? source : destination) & 0xffff_ffffL;
    long second = (sourceFirst ? destination : source) & 0xffff_ffffL;
    // Whole words: who reads the key by words next need not wait for several small writes. Two
    // bytes more than the key has, which there is room for.
    Wire.put64(key, offset, begin | first << 16 | second >>> 16);
    Wire.put64(key, offset + 8, second << 48 | (ports & 0xffff_ffffL) << 16);
    return IPV4_LENGTH;
  }

  private static int writeIpv6(
      Packet p,
      long ip,
      int protocol,
      int ports,
      MemorySegment key,
      long offset,
      boolean sourceFirst) {
    MemorySegment memory = p.memory();
    Wire.put8(key, offset, 6);
    Wire.put8(key, offset + 1, protocol);
    long at = offset + ADDRESSES_OFFSET;
    copy(memory, ip + Ipv6Header.SOURCE_OFFSET, key, sourceFirst ? at : at + 16, 16);
    copy(memory, ip + Ipv6Header.DESTINATION_OFFSET, key, sourceFirst ? at + 16 : at, 16);
    Wire.put32(key, at + 32, ports);
    return IPV6_LENGTH;
  }

  private static int compareIpv6(MemorySegment memory, long ip) {
    int order =
        Long.compareUnsigned(
            Ipv6Header.sourceHigh(memory, ip), Ipv6Header.destinationHigh(memory, ip));
    return order != 0
        ? order
        : Long.compareUnsigned(
            Ipv6Header.sourceLow(memory, ip), Ipv6Header.destinationLow(memory, ip));
  }

  /** Copies a multiple of 8 bytes. */
  private static void copy(
      MemorySegment from, long fromAt, MemorySegment to, long toAt, int bytes) {
    for (int i = 0; i < bytes; i += 8) {
      Wire.put64(to, toAt + i, Wire.i64(from, fromAt + i));
    }
  }
}

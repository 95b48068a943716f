package org.statelessnf.io.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.ArpPacket;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.UdpHeader;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.nf.port.InMemoryPort;
import org.statelessnf.nf.port.PacketPool;

/** Two devices in memory, stations that send frames, and a check that no buffer is lost. */
final class Bench implements AutoCloseable {
  static final long BROADCAST = 0xffff_ffff_ffffL;
  static final long HOST = 0x0200_0000_0001L;
  static final long ROUTER_IN = 0x0200_0000_00a1L;
  static final long ROUTER_OUT = 0x0200_0000_00a2L;

  final PacketPool traffic = new PacketPool(1024, 2048);
  final PacketPool own = new PacketPool(64, 2048);
  final InMemoryPort inside = new InMemoryPort("inside", 512, traffic);
  final InMemoryPort outside = new InMemoryPort("outside", 512, traffic);
  long nanos = 1_000_000_000_000L;

  /** A frame as it came out, in heap memory. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Out(byte[] bytes, Packet parsed) {
    long to() {
      return EthernetHeader.destination(parsed.memory(), parsed.offset());
    }

    long from() {
      return EthernetHeader.source(parsed.memory(), parsed.offset());
    }

    int type() {
      return EthernetHeader.type(parsed.memory(), parsed.offset());
    }

    MemorySegment memory() {
      return parsed.memory();
    }

    boolean isArp(int operation) {
      return type() == EthernetHeader.TYPE_ARP
          && ArpPacket.operation(memory(), EthernetHeader.LENGTH) == operation;
    }

    /** The checksums are right, the IP header's and the transport's. */
    Out checked() {
      assertThat(Checksum.verifyIpv4Header(parsed)).isNotEqualTo(Checksum.INVALID);
      assertThat(Checksum.verifyTransport(parsed)).isEqualTo(Checksum.VALID);
      return this;
    }
  }

  RouterPort[] router(int outsideMtu) {
    RouterInterface in =
        new RouterInterface(
            ROUTER_IN,
            List.of(InterfaceAddress.parse("10.0.0.1/24"), InterfaceAddress.parse("fd00::1/64")),
            List.of(),
            AddressSet.NONE,
            RouterInterface.DEFAULT_MTU);
    long served = IpAddress.mapped(Addresses.parseIpv4("192.0.2.77"));
    RouterInterface out =
        new RouterInterface(
            ROUTER_OUT,
            List.of(InterfaceAddress.parse("192.0.2.1/24"), InterfaceAddress.parse("fd01::1/64")),
            List.of(
                RouterInterface.Gateway.parse("192.0.2.254"),
                RouterInterface.Gateway.parse("fd01::fe")),
            AddressSet.of(List.of(new AddressSet.Range(0, served, 1))),
            outsideMtu);
    return RouterPort.join(inside, outside, in, out, own, () -> nanos);
  }

  /** A router that has told all of its addresses. */
  RouterPort[] announcedRouter(int outsideMtu) {
    RouterPort[] router = router(outsideMtu);
    for (int round = 0; round < Announcements.ROUNDS; round++) {
      nanos += 1_000_000_000L;
      for (RouterPort port : router) {
        assertThat(receive(port)).isEmpty();
      }
    }
    sent(inside);
    sent(outside);
    return router;
  }

  Packet frame(byte[] bytes) {
    Packet packet = Objects.requireNonNull(traffic.acquire());
    MemorySegment.copy(
        MemorySegment.ofArray(bytes), 0, packet.memory(), packet.offset(), bytes.length);
    packet.length(bytes.length);
    packet.wireLength(bytes.length);
    return packet;
  }

  void offer(InMemoryPort device, byte[] bytes) {
    assertThat(device.offer(frame(bytes))).isTrue();
  }

  /** What a device has sent. */
  static List<Out> sent(InMemoryPort device) {
    List<Out> all = new ArrayList<>();
    for (Packet packet = device.poll(); packet != null; packet = device.poll()) {
      byte[] bytes = new byte[packet.length()];
      MemorySegment.copy(
          packet.memory(), packet.offset(), MemorySegment.ofArray(bytes), 0, bytes.length);
      packet.release();
      Packet copy = new Packet();
      copy.wrap(MemorySegment.ofArray(bytes), 0, bytes.length, bytes.length, 0);
      PacketParser.parse(copy);
      all.add(new Out(bytes, copy));
    }
    return all;
  }

  /** Lets a port receive all there is, parsed as a pipe does. */
  static List<Packet> receive(WirePort port) {
    Packet[] burst = new Packet[64];
    int count = port.receive(burst, burst.length);
    List<Packet> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PacketParser.parse(burst[i]);
      all.add(burst[i]);
    }
    return all;
  }

  static void transmit(WirePort port, List<Packet> packets) {
    Packet[] burst = packets.toArray(Packet[]::new);
    assertThat(port.transmit(burst, 0, burst.length)).isEqualTo(burst.length);
  }

  static byte[] ethernet(long to, long from, int type, int payload) {
    byte[] bytes = new byte[EthernetHeader.LENGTH + payload];
    MemorySegment memory = MemorySegment.ofArray(bytes);
    EthernetHeader.destination(memory, 0, to);
    EthernetHeader.source(memory, 0, from);
    EthernetHeader.type(memory, 0, type);
    return bytes;
  }

  static byte[] arp(int operation, long to, long mac, String sender, String target) {
    byte[] bytes = ethernet(to, mac, EthernetHeader.TYPE_ARP, ArpPacket.LENGTH);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    ArpPacket.ipv4OverEthernet(memory, EthernetHeader.LENGTH);
    ArpPacket.operation(memory, EthernetHeader.LENGTH, operation);
    ArpPacket.senderHardware(memory, EthernetHeader.LENGTH, mac);
    ArpPacket.senderProtocol(memory, EthernetHeader.LENGTH, Addresses.parseIpv4(sender));
    ArpPacket.targetProtocol(memory, EthernetHeader.LENGTH, Addresses.parseIpv4(target));
    return bytes;
  }

  static byte[] udp(long to, String source, String destination, int ttl, int payload) {
    return ipv4(to, source, destination, ttl, IpProtocol.UDP, UdpHeader.LENGTH + payload);
  }

  static byte[] ping(long to, String source, String destination) {
    return ipv4(to, source, destination, 64, IpProtocol.ICMP, 64);
  }

  private static byte[] ipv4(
      long to, String source, String destination, int ttl, int protocol, int payload) {
    int total = Ipv4Header.MINIMUM_LENGTH + payload;
    byte[] bytes = ethernet(to, HOST, EthernetHeader.TYPE_IPV4, total);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    long ip = EthernetHeader.LENGTH;
    Wire.put8(memory, ip, 0x45);
    Ipv4Header.totalLength(memory, ip, total);
    Wire.put16(memory, ip + Ipv4Header.FRAGMENT_OFFSET, 0x4000);
    Ipv4Header.ttl(memory, ip, ttl);
    Wire.put8(memory, ip + Ipv4Header.PROTOCOL_OFFSET, protocol);
    Ipv4Header.source(memory, ip, Addresses.parseIpv4(source));
    Ipv4Header.destination(memory, ip, Addresses.parseIpv4(destination));
    long transport = ip + Ipv4Header.MINIMUM_LENGTH;
    if (protocol == IpProtocol.UDP) {
      Wire.put16(memory, transport, 1234);
      Wire.put16(memory, transport + 2, 9);
      Wire.put16(memory, transport + 4, payload);
      Wire.put16(memory, transport + UdpHeader.CHECKSUM_OFFSET, 1); // there is one
    } else {
      IcmpHeader.type(memory, transport, IcmpHeader.ECHO_REQUEST);
    }
    return recomputed(bytes);
  }

  static byte[] udp6(long to, String source, String destination, int hops) {
    int payload = UdpHeader.LENGTH + 16;
    byte[] bytes = ipv6(to, source, destination, hops, IpProtocol.UDP, payload);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    long transport = EthernetHeader.LENGTH + Ipv6Header.LENGTH;
    Wire.put16(memory, transport, 1234);
    Wire.put16(memory, transport + 2, 9);
    Wire.put16(memory, transport + 4, payload);
    return recomputed(bytes);
  }

  /** A neighbour solicitation or advertisement with a link-layer address option. */
  static byte[] discovery(
      int type, long to, long mac, String source, String destination, String target, int option) {
    byte[] bytes = ipv6(to, source, destination, 255, IpProtocol.ICMPV6, 32);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    EthernetHeader.source(memory, 0, mac);
    long message = EthernetHeader.LENGTH + Ipv6Header.LENGTH;
    Icmpv6Header.type(memory, message, type);
    MemorySegment.copy(
        MemorySegment.ofArray(Addresses.parseIpv6(target)), 0, memory, message + 8, 16);
    Wire.put8(memory, message + 24, option);
    Wire.put8(memory, message + 25, 1);
    Wire.put48(memory, message + 26, mac);
    return recomputed(bytes);
  }

  private static byte[] ipv6(
      long to, String source, String destination, int hops, int protocol, int payload) {
    byte[] bytes = ethernet(to, HOST, EthernetHeader.TYPE_IPV6, Ipv6Header.LENGTH + payload);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    long ip = EthernetHeader.LENGTH;
    Wire.put32(memory, ip, 6 << 28);
    Ipv6Header.payloadLength(memory, ip, payload);
    Wire.put8(memory, ip + Ipv6Header.NEXT_HEADER_OFFSET, protocol);
    Ipv6Header.hopLimit(memory, ip, hops);
    MemorySegment.copy(MemorySegment.ofArray(Addresses.parseIpv6(source)), 0, memory, ip + 8, 16);
    MemorySegment.copy(
        MemorySegment.ofArray(Addresses.parseIpv6(destination)), 0, memory, ip + 24, 16);
    return bytes;
  }

  private static byte[] recomputed(byte[] bytes) {
    Packet packet = new Packet();
    packet.wrap(MemorySegment.ofArray(bytes), 0, bytes.length, bytes.length, 0);
    PacketParser.parse(packet);
    assertThat(Checksum.recompute(packet)).isTrue();
    return bytes;
  }

  /** Takes what the devices still hold; then every buffer must be back. */
  @Override
  public void close() {
    inside.close();
    outside.close();
    assertThat(traffic.available()).isEqualTo(traffic.capacity());
    assertThat(own.available()).isEqualTo(own.capacity());
    traffic.close();
    own.close();
  }
}

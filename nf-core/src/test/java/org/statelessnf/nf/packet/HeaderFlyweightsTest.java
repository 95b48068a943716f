package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each setter changes its own bytes and no other, each getter reads them back; by the RFC's
 * diagrams.
 */
class HeaderFlyweightsTest {
  private static final int AT = 3; // unaligned on purpose

  private final byte[] bytes = new byte[64];
  private final MemorySegment m = MemorySegment.ofArray(bytes);

  @BeforeEach
  void clear() {
    new Random(7).nextBytes(bytes);
  }

  @Test
  void ethernet() {
    EthernetHeader.destination(m, AT, 0x0102030405ffL);
    EthernetHeader.source(m, AT, 0x8182838485ffL);
    EthernetHeader.type(m, AT, 0x86dd);
    expect(0, "0102030405ff8182838485ff86dd");
    assertThat(EthernetHeader.destination(m, AT)).isEqualTo(0x0102030405ffL);
    assertThat(EthernetHeader.source(m, AT)).isEqualTo(0x8182838485ffL);
    assertThat(EthernetHeader.type(m, AT)).isEqualTo(0x86dd);
    assertThat(EthernetHeader.isGroup(m, AT)).isTrue();
    EthernetHeader.swap(m, AT);
    expect(0, "8182838485ff0102030405ff86dd");
  }

  @Test
  void vlan() {
    put("81005064");
    assertThat(VlanTag.tpid(m, AT)).isEqualTo(0x8100);
    assertThat(VlanTag.id(m, AT)).isEqualTo(100);
    assertThat(VlanTag.priority(m, AT)).isEqualTo(2);
    assertThat(VlanTag.dropEligible(m, AT)).isTrue();
    VlanTag.id(m, AT, 0xfff);
    expect(0, "81005fff");
  }

  @Test
  void arp() {
    ArpPacket.ipv4OverEthernet(m, AT);
    ArpPacket.operation(m, AT, ArpPacket.OPERATION_REQUEST);
    ArpPacket.senderHardware(m, AT, 0x020000000001L);
    ArpPacket.senderProtocol(m, AT, 0x0a000001);
    ArpPacket.targetHardware(m, AT, 0x020000000002L);
    ArpPacket.targetProtocol(m, AT, 0x0a000002);
    expect(0, "00010800060400010200000000010a0000010200000000020a000002");
    assertThat(ArpPacket.isIpv4OverEthernet(m, AT)).isTrue();
    assertThat(ArpPacket.operation(m, AT)).isEqualTo(1);
    assertThat(ArpPacket.senderHardware(m, AT)).isEqualTo(0x020000000001L);
    assertThat(ArpPacket.senderProtocol(m, AT)).isEqualTo(0x0a000001);
    assertThat(ArpPacket.targetHardware(m, AT)).isEqualTo(0x020000000002L);
    assertThat(ArpPacket.targetProtocol(m, AT)).isEqualTo(0x0a000002);
  }

  @Test
  void ipv4() {
    put("46b8 1234 5678 6003 40 11 9abc 0a000001 0a000002");
    assertThat(Ipv4Header.version(m, AT)).isEqualTo(4);
    assertThat(Ipv4Header.headerLength(m, AT)).isEqualTo(24);
    assertThat(Ipv4Header.trafficClass(m, AT)).isEqualTo(0xb8);
    assertThat(Ipv4Header.totalLength(m, AT)).isEqualTo(0x1234);
    assertThat(Ipv4Header.identification(m, AT)).isEqualTo(0x5678);
    assertThat(Ipv4Header.dontFragment(m, AT)).isTrue();
    assertThat(Ipv4Header.moreFragments(m, AT)).isTrue();
    assertThat(Ipv4Header.fragmentOffset(m, AT)).isEqualTo(24);
    assertThat(Ipv4Header.ttl(m, AT)).isEqualTo(64);
    assertThat(Ipv4Header.protocol(m, AT)).isEqualTo(17);
    assertThat(Ipv4Header.checksum(m, AT)).isEqualTo(0x9abc);
    assertThat(Ipv4Header.source(m, AT)).isEqualTo(0x0a000001);
    assertThat(Ipv4Header.destination(m, AT)).isEqualTo(0x0a000002);
    Ipv4Header.totalLength(m, AT, 0xfedc);
    Ipv4Header.identification(m, AT, 0xba98);
    Ipv4Header.ttl(m, AT, 255);
    Ipv4Header.checksum(m, AT, 0xffff);
    Ipv4Header.source(m, AT, 0xc0a80001);
    Ipv4Header.destination(m, AT, 0xc0a80002);
    expect(0, "46b8fedcba986003ff11ffffc0a80001c0a80002");
    assertThat(Ipv4Header.isMulticast(0xe0000001)).isTrue();
    assertThat(Ipv4Header.isMulticast(0xdfffffff)).isFalse();
  }

  @Test
  void ipv6() {
    put("6b812345 0014 06 40 20010db8000000000000000000000001 ff020000000000000000000000000001");
    assertThat(Ipv6Header.version(m, AT)).isEqualTo(6);
    assertThat(Ipv6Header.trafficClass(m, AT)).isEqualTo(0xb8);
    assertThat(Ipv6Header.flowLabel(m, AT)).isEqualTo(0x12345);
    assertThat(Ipv6Header.payloadLength(m, AT)).isEqualTo(20);
    assertThat(Ipv6Header.nextHeader(m, AT)).isEqualTo(6);
    assertThat(Ipv6Header.hopLimit(m, AT)).isEqualTo(64);
    assertThat(Ipv6Header.sourceHigh(m, AT)).isEqualTo(0x20010db800000000L);
    assertThat(Ipv6Header.sourceLow(m, AT)).isEqualTo(1);
    assertThat(Ipv6Header.destinationHigh(m, AT)).isEqualTo(0xff02000000000000L);
    assertThat(Ipv6Header.destinationLow(m, AT)).isEqualTo(1);
    assertThat(Ipv6Header.isMulticast(m, AT)).isTrue();
    Ipv6Header.payloadLength(m, AT, 0xffff);
    Ipv6Header.hopLimit(m, AT, 1);
    Ipv6Header.source(m, AT, 1, 2);
    Ipv6Header.destination(m, AT, 3, 4);
    expect(0, "6b812345ffff0601" + "%016x%016x%016x%016x".formatted(1, 2, 3, 4));
  }

  @Test
  void tcp() {
    put("1092 0050 01020304 05060708 8012 1000 9abc 0001");
    assertThat(TcpHeader.sourcePort(m, AT)).isEqualTo(4242);
    assertThat(TcpHeader.destinationPort(m, AT)).isEqualTo(80);
    assertThat(TcpHeader.sequence(m, AT)).isEqualTo(0x01020304);
    assertThat(TcpHeader.acknowledgment(m, AT)).isEqualTo(0x05060708);
    assertThat(TcpHeader.headerLength(m, AT)).isEqualTo(32);
    assertThat(TcpHeader.flags(m, AT)).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
    assertThat(TcpHeader.window(m, AT)).isEqualTo(4096);
    assertThat(TcpHeader.checksum(m, AT)).isEqualTo(0x9abc);
    assertThat(TcpHeader.urgentPointer(m, AT)).isEqualTo(1);
    TcpHeader.sourcePort(m, AT, 0xffff);
    TcpHeader.destinationPort(m, AT, 0xfffe);
    TcpHeader.sequence(m, AT, -2);
    TcpHeader.acknowledgment(m, AT, -3);
    TcpHeader.flags(m, AT, TcpHeader.RST);
    TcpHeader.window(m, AT, 0x8001);
    TcpHeader.checksum(m, AT, 0xabcd);
    expect(0, "fffffffefffffffefffffffd80048001abcd0001");
    assertThat(TcpHeader.segmentLength(TcpHeader.SYN, 0)).isEqualTo(1);
    assertThat(TcpHeader.segmentLength(TcpHeader.FIN | TcpHeader.ACK, 5)).isEqualTo(6);
    assertThat(TcpHeader.segmentLength(TcpHeader.SYN | TcpHeader.FIN, 5)).isEqualTo(7);
    assertThat(TcpHeader.flagsText(0)).isEqualTo("none");
    assertThat(TcpHeader.flagsText(0x12)).isEqualTo("S.");
    assertThat(TcpHeader.flagsText(0xff)).isEqualTo("FSRPUEW.");
  }

  @Test
  void udp() {
    put("1092 0035 0010 9abc");
    assertThat(UdpHeader.sourcePort(m, AT)).isEqualTo(4242);
    assertThat(UdpHeader.destinationPort(m, AT)).isEqualTo(53);
    assertThat(UdpHeader.length(m, AT)).isEqualTo(16);
    assertThat(UdpHeader.checksum(m, AT)).isEqualTo(0x9abc);
    UdpHeader.sourcePort(m, AT, 0xfffc);
    UdpHeader.destinationPort(m, AT, 0xfffd);
    UdpHeader.length(m, AT, 0xfffe);
    UdpHeader.checksum(m, AT, 0xffff);
    expect(0, "fffcfffdfffeffff");
  }

  @Test
  void icmp() {
    put("0304 9abc 1234 05dc");
    assertThat(IcmpHeader.type(m, AT)).isEqualTo(3);
    assertThat(IcmpHeader.code(m, AT)).isEqualTo(4);
    assertThat(IcmpHeader.checksum(m, AT)).isEqualTo(0x9abc);
    assertThat(IcmpHeader.identifier(m, AT)).isEqualTo(0x1234);
    assertThat(IcmpHeader.sequence(m, AT)).isEqualTo(1500);
    assertThat(IcmpHeader.mtu(m, AT)).isEqualTo(1500);
    IcmpHeader.type(m, AT, 8);
    IcmpHeader.code(m, AT, 0);
    IcmpHeader.checksum(m, AT, 0xfff1);
    IcmpHeader.identifier(m, AT, 0xfff2);
    IcmpHeader.mtu(m, AT, 0xfff3);
    expect(0, "0800fff1fff2fff3");
    assertThat(IcmpHeader.isRequest(8)).isTrue();
    assertThat(IcmpHeader.isRequest(0)).isFalse();
  }

  @Test
  void icmpv6() {
    put("0200 9abc 00000500");
    assertThat(Icmpv6Header.type(m, AT)).isEqualTo(2);
    assertThat(Icmpv6Header.code(m, AT)).isZero();
    assertThat(Icmpv6Header.checksum(m, AT)).isEqualTo(0x9abc);
    assertThat(Icmpv6Header.mtu(m, AT)).isEqualTo(1280);
    Icmpv6Header.mtu(m, AT, 0xffff_fffeL);
    expect(0, "02009abcfffffffe");
    assertThat(Icmpv6Header.mtu(m, AT)).isEqualTo(0xffff_fffeL);
    Icmpv6Header.type(m, AT, 128);
    Icmpv6Header.code(m, AT, 1);
    Icmpv6Header.checksum(m, AT, 0xfff1);
    Icmpv6Header.identifier(m, AT, 0xfff2);
    expect(0, "8001fff1fff2fffe");
    assertThat(Icmpv6Header.identifier(m, AT)).isEqualTo(0xfff2);
    assertThat(Icmpv6Header.sequence(m, AT)).isEqualTo(0xfffe);
    assertThat(Icmpv6Header.isNeighborDiscovery(135)).isTrue();
    assertThat(Icmpv6Header.isNeighborDiscovery(138)).isFalse();
  }

  private void put(String hex) {
    byte[] header = Frames.bytes(hex);
    System.arraycopy(header, 0, bytes, AT, header.length);
  }

  /** The header's bytes are these, and those around it are as they were. */
  private void expect(int from, String hex) {
    byte[] header = Frames.bytes(hex);
    byte[] expected = new byte[bytes.length];
    new Random(7).nextBytes(expected);
    System.arraycopy(header, 0, expected, AT + from, header.length);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(HexFormat.of().formatHex(expected));
  }
}

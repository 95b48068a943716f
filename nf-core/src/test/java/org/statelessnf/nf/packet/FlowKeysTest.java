package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.packet.Frames.ETH4;
import static org.statelessnf.nf.packet.Frames.ETH6;
import static org.statelessnf.nf.packet.Frames.ipv4;
import static org.statelessnf.nf.packet.Frames.ipv6;
import static org.statelessnf.nf.packet.Frames.parse;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowKeysTest {
  private static final int MF = 0x2000;
  private static final String UDP = "1092 0035 000a 0000 6162";
  private static final String UDP_BACK = "0035 1092 000a 0000 6162";

  private final byte[] bytes = new byte[FlowKeys.MAX_LENGTH + 3];
  private final MemorySegment key = MemorySegment.ofArray(bytes);

  @Test
  void shouldLayOutTheIpv4KeyAsDrawn() {
    Packet p = parse(ETH4 + ipv4(17, 10, 0) + UDP);
    assertThat(hex(FlowKeys.writeDirectional(p, key, 3))).isEqualTo("04110a0000010a00000210920035");
    assertThat(hex(FlowKeys.writeReverse(p, key, 3))).isEqualTo("04110a0000020a00000100351092");
    assertThat(hex(FlowKeys.writeBidirectional(p, key, 3)))
        .isEqualTo("04110a0000010a00000210920035");
  }

  @Test
  void shouldLayOutTheIpv6KeyAsDrawn() {
    Packet p = parse(ETH6 + ipv6(17, 10) + UDP);
    String one = "20010db8000000000000000000000001";
    String two = "20010db8000000000000000000000002";
    assertThat(hex(FlowKeys.writeDirectional(p, key, 3)))
        .isEqualTo("0611" + one + two + "10920035");
    assertThat(hex(FlowKeys.writeReverse(p, key, 3))).isEqualTo("0611" + two + one + "00351092");
  }

  @Test
  void shouldNameBothDirectionsAlike() {
    Packet there = parse(ETH4 + ipv4(17, 10, 0) + UDP);
    Packet back = parse(ETH4 + swap(ipv4(17, 10, 0)) + UDP_BACK);
    assertThat(bidirectional(back)).isEqualTo(bidirectional(there));
    assertThat(FlowKeys.sourceFirst(there)).isTrue();
    assertThat(FlowKeys.sourceFirst(back)).isFalse();
    assertThat(FlowKeys.flowHash(back)).isEqualTo(FlowKeys.flowHash(there)).isNotZero();
    FlowKeys.writeReverse(back, key, 3);
    assertThat(hex(FlowKeys.IPV4_LENGTH)).isEqualTo(bidirectional(there));
  }

  @Test
  void shouldOrderAddressesUnsignedAndEqualOnesByPort() {
    String high = ipv4(17, 10, 0).replace("0a000001", "f0000001");
    Packet p = parse(ETH4 + high + UDP);
    assertThat(FlowKeys.sourceFirst(p)).isFalse();
    assertThat(bidirectional(p)).startsWith("04110a000002f0000001");
    String loop = ipv4(17, 10, 0).replace("0a000002", "0a000001");
    assertThat(bidirectional(parse(ETH4 + loop + UDP))).endsWith("00351092");
    assertThat(bidirectional(parse(ETH4 + loop + UDP_BACK))).endsWith("00351092");
    assertThat(FlowKeys.flowHash(parse(ETH4 + loop + UDP)))
        .isEqualTo(FlowKeys.flowHash(parse(ETH4 + loop + UDP_BACK)));
    assertThat(bidirectional(parse(ETH4 + loop + "f000 0035 000a 0000 6162"))).endsWith("0035f000");
  }

  @Test
  void shouldNameRandomFlowsAlikeInBothDirections() {
    Random random = new Random(4);
    for (int round = 0; round < 2_000; round++) {
      boolean v4 = random.nextBoolean();
      byte[] frame = Frames.bytes(v4 ? ETH4 + ipv4(17, 10, 0) + UDP : ETH6 + ipv6(17, 10) + UDP);
      int address = v4 ? 26 : 22;
      int size = v4 ? 4 : 16;
      for (int i = 0; i < 2 * size + 4; i++) {
        frame[address + i] = (byte) (random.nextInt(4) * 85);
      }
      byte[] back = frame.clone();
      System.arraycopy(frame, address, back, address + size, size);
      System.arraycopy(frame, address + size, back, address, size);
      System.arraycopy(frame, address + 2 * size, back, address + 2 * size + 2, 2);
      System.arraycopy(frame, address + 2 * size + 2, back, address + 2 * size, 2);
      Packet a = Frames.packet(frame, LinkType.ETHERNET);
      Packet b = Frames.packet(back, LinkType.ETHERNET);
      PacketParser.parse(a);
      PacketParser.parse(b);
      assertThat(bidirectional(a)).isEqualTo(bidirectional(b));
      assertThat(FlowKeys.flowHash(a)).isEqualTo(FlowKeys.flowHash(b));
      boolean tie = Arrays.equals(frame, back);
      assertThat(FlowKeys.sourceFirst(a) ^ FlowKeys.sourceFirst(b)).isNotEqualTo(tie);
    }
  }

  @Test
  void shouldNameTheFlowThatAnIcmpErrorIsAbout_Rfc5508() {
    Packet flow = parse(ETH4 + ipv4(17, 10, 0) + UDP);
    // A router on the way tells 10.0.0.1 that its datagram went nowhere.
    String router = ipv4(1, 36, 0).replace("0a000001", "c0a80101").replace("0a000002", "0a000001");
    Packet error =
        parse(ETH4 + router + "03 01 0000 00000000" + ipv4(17, 10, 0) + "1092 0035 000a 0000");
    String expected = bidirectional(flow);
    assertThat(hex(FlowKeys.writeInnerBidirectional(error, key, 3))).isEqualTo(expected);
    assertThat(FlowKeys.flowHash(error)).isEqualTo(FlowKeys.flowHash(flow));
    assertThat(hex(FlowKeys.writeInnerDirectional(error, key, 3)))
        .isEqualTo("04110a0000010a00000210920035");
    assertThat(hex(FlowKeys.writeInnerReverse(error, key, 3)))
        .isEqualTo("04110a0000020a00000100351092");
    assertThat(FlowKeys.innerSourceFirst(error)).isTrue();
    assertThat(FlowKeys.writeInnerBidirectional(flow, key, 3)).isZero();
  }

  @Test
  void shouldNameTheFlowThatAnIcmpv6ErrorIsAbout_Rfc4443() {
    Packet flow = parse(ETH6 + ipv6(17, 10) + UDP);
    Packet error =
        parse(ETH6 + ipv6(58, 56) + "01 00 0000 00000000" + ipv6(17, 10) + "1092 0035 000a 0000");
    assertThat(hex(FlowKeys.writeInnerBidirectional(error, key, 3))).isEqualTo(bidirectional(flow));
    assertThat(FlowKeys.flowHash(error)).isEqualTo(FlowKeys.flowHash(flow));
  }

  @Test
  void shouldNameTheQueryThatAnIcmpErrorIsAboutButNoErrorAboutAnError_Rfc1122() {
    Packet echo = parse(ETH4 + ipv4(1, 8, 0) + "08 00 0000 1234 0001");
    String error = ETH4 + ipv4(1, 36, 0) + "0b 00 0000 00000000" + ipv4(1, 8, 0);
    assertThat(hex(FlowKeys.writeInnerBidirectional(parse(error + "08 00 0000 1234 0001"), key, 3)))
        .isEqualTo(bidirectional(echo));
    assertThat(FlowKeys.writeInnerBidirectional(parse(error + "03 00 0000 1234 0001"), key, 3))
        .isZero();
  }

  @Test
  void shouldHaveNoKeyForWhatDidNotParseAndForLaterFragments() {
    String[] frames = {
      "", ETH4 + ipv4(6, 3, 0) + "109200", ETH4 + ipv4(17, 16, 3) + "00".repeat(16),
    };
    for (String frame : frames) {
      Packet p = parse(frame);
      assertThat(FlowKeys.writeBidirectional(p, key, 3)).isZero();
      assertThat(FlowKeys.writeDirectional(p, key, 3)).isZero();
      assertThat(FlowKeys.writeReverse(p, key, 3)).isZero();
    }
    assertThat(bytes).as("nothing written").containsOnly(0);
  }

  @Test
  void shouldHashAllFragmentsOfADatagramAlike() {
    Packet first = parse(ETH4 + ipv4(17, 16, MF) + UDP + "00".repeat(6));
    Packet later = parse(ETH4 + ipv4(17, 16, 3) + "ab".repeat(16));
    Packet tiny = parse(ETH4 + ipv4(6, 16, MF) + "ab".repeat(16));
    Packet whole = parse(ETH4 + ipv4(17, 10, 0) + UDP);
    assertThat(FlowKeys.flowHash(first)).isEqualTo(FlowKeys.flowHash(later)).isNotZero();
    assertThat(FlowKeys.flowHash(tiny)).isEqualTo(FlowKeys.flowHash(later));
    assertThat(FlowKeys.flowHash(whole)).isNotEqualTo(FlowKeys.flowHash(later));
    assertThat(FlowKeys.addressHash(whole)).isEqualTo(FlowKeys.flowHash(later));
    String options = "3c 00 0001 0000abcd" + "11 00 0104 00000000";
    Packet v6First = parse(ETH6 + ipv6(44, 24) + options + "1092 0035 0100 0000");
    Packet v6Later = parse(ETH6 + ipv6(44, 24) + "3c 00 0018 0000abcd" + "00".repeat(16));
    assertThat(FlowKeys.flowHash(v6First)).isEqualTo(FlowKeys.flowHash(v6Later));
  }

  @Test
  void shouldNameTheDatagramOfAFragment() {
    Packet first = parse(ETH4 + ipv4(17, 16, MF) + UDP + "00".repeat(6));
    Packet later = parse(ETH4 + ipv4(17, 16, 3) + "ab".repeat(16));
    assertThat(hex(FlowKeys.writeDatagram(first, key, 3)))
        .isEqualTo("84110a0000010a00000200001234");
    assertThat(hex(FlowKeys.writeDatagram(later, key, 3)))
        .isEqualTo("84110a0000010a00000200001234");
    assertThat(FlowKeys.format(key, 3, 14)).isEqualTo("fragments udp 10.0.0.1 -> 10.0.0.2 id 4660");
    Packet v6 = parse(ETH6 + ipv6(44, 24) + "3c 00 0018 0000abcd" + "00".repeat(16));
    assertThat(hex(FlowKeys.writeDatagram(v6, key, 3))).startsWith("8600").endsWith("0000abcd");
    assertThat(FlowKeys.format(key, 3, 38))
        .isEqualTo("fragments 2001:db8::1 -> 2001:db8::2 id 43981");
    assertThat(FlowKeys.writeDatagram(parse(ETH4 + ipv4(17, 10, 0) + UDP), key, 3)).isZero();
  }

  @Test
  void shouldSpreadFlowsEvenly() {
    int[] queues = new int[16];
    byte[] frame = Frames.bytes(ETH4 + ipv4(17, 10, 0) + UDP);
    Packet p = Frames.packet(frame, LinkType.ETHERNET);
    for (int port = 0; port < 16_000; port++) {
      Wire.put16(p.memory(), 34, 1024 + port);
      PacketParser.parse(p);
      queues[(int) (FlowKeys.flowHash(p) & 15)]++;
    }
    for (int queue : queues) {
      assertThat(queue).isBetween(850, 1150);
    }
  }

  @Test
  void shouldFormatKeysForPeople() {
    Packet tcp = parse(ETH4 + ipv4(6, 20, 0) + "1092 0050 00000001 00000000 5002 ffff 0000 0000");
    int length = FlowKeys.writeBidirectional(tcp, key, 0);
    assertThat(FlowKeys.format(key, 0, length)).isEqualTo("tcp 10.0.0.1:4242 <-> 10.0.0.2:80");
    assertThat(FlowKeys.formatDirectional(key, 0, length))
        .isEqualTo("tcp 10.0.0.1:4242 -> 10.0.0.2:80");
    assertThat(FlowKeys.format(Arrays.copyOf(bytes, length)))
        .isEqualTo("tcp 10.0.0.1:4242 <-> 10.0.0.2:80");
    length = FlowKeys.writeBidirectional(parse(ETH6 + ipv6(17, 10) + UDP), key, 0);
    assertThat(FlowKeys.format(key, 0, length))
        .isEqualTo("udp [2001:db8::1]:4242 <-> [2001:db8::2]:53");
    length =
        FlowKeys.writeBidirectional(parse(ETH4 + ipv4(1, 8, 0) + "0800 0000 1234 0001"), key, 0);
    assertThat(FlowKeys.format(key, 0, length)).isEqualTo("icmp 10.0.0.1 <-> 10.0.0.2 id 4660");
    length = FlowKeys.writeBidirectional(parse(ETH4 + ipv4(47, 4, 0) + "00000800"), key, 0);
    assertThat(FlowKeys.format(key, 0, length)).isEqualTo("gre 10.0.0.1 <-> 10.0.0.2");
    assertThat(FlowKeys.format(new byte[0])).isEqualTo("0x");
    assertThat(FlowKeys.format(new byte[] {4, 6, (byte) 0xab})).isEqualTo("0x0406ab");
  }

  private String bidirectional(Packet p) {
    return hex(FlowKeys.writeBidirectional(p, key, 3));
  }

  private String hex(int length) {
    return HexFormat.of().formatHex(bytes, 3, 3 + length);
  }

  private static String swap(String ipv4) {
    return ipv4.replace("0a000001", "x").replace("0a000002", "0a000001").replace("x", "0a000002");
  }
}

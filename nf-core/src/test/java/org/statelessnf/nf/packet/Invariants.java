package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds for every parsed packet, good or bad. */
final class Invariants {
  private Invariants() {}

  static void check(Packet p) {
    int length = p.length();
    int status = p.parseStatus();
    assertThat(status).isBetween(0, ParseStatus.COUNT - 1);
    assertThat(p.parseReason()).isBetween(0, ParseReason.COUNT - 1);
    assertThat(status == ParseStatus.OK).isEqualTo(p.parseReason() == ParseReason.NONE);
    assertThat(p.vlanCount()).isBetween(0, PacketParser.MAX_VLAN_TAGS);
    within(p.l3Offset(), length);
    within(p.l4Offset(), length);
    within(p.payloadOffset(), length);
    within(p.fragmentHeaderOffset(), length);
    within(p.finalDestinationOffset(), length);
    within(p.innerL3Offset(), length);
    within(p.innerL4Offset(), length);
    assertThat(p.payloadLength()).isBetween(0, length);
    if (p.payloadOffset() >= 0) {
      assertThat(p.payloadOffset() + p.payloadLength()).isLessThanOrEqualTo(length);
    }
    if (p.l3Offset() >= 0) {
      assertThat(p.l3Offset() + p.l3HeaderLength()).isLessThanOrEqualTo(length);
      assertThat(p.l3Offset() + p.l3TotalLength()).isLessThanOrEqualTo(length);
    }
    if (p.l4Offset() >= 0) {
      assertThat(p.l4Offset() + p.l4HeaderLength()).isLessThanOrEqualTo(length);
      assertThat(p.isFragment() && !p.moreFragments()).isFalse();
    }
    if (p.hasAddresses()) {
      assertThat(p.l3Offset() + (p.ipVersion() == 4 ? 20 : 40)).isLessThanOrEqualTo(length);
    }
    if (p.finalDestinationOffset() >= 0) {
      int bytes = p.ipVersion() == 4 ? 4 : 16;
      assertThat(p.finalDestinationOffset() + bytes).isLessThanOrEqualTo(length);
    }
    if (p.innerL4Offset() >= 0) {
      assertThat(p.innerL4Offset() + 8).isLessThanOrEqualTo(length);
      assertThat(p.innerL3Offset()).isPositive();
      assertThat(p.isIcmpError()).isTrue();
    }
    assertThat(p.sourcePort() | p.destinationPort()).isBetween(0, 0xffff);
    if (status == ParseStatus.OK) {
      good(p);
    }
  }

  private static void good(Packet p) {
    assertThat(p.ipVersion()).isIn(4, 6);
    assertThat(p.hasAddresses()).isTrue();
    assertThat(p.l3HeaderLength()).isGreaterThanOrEqualTo(p.ipVersion() == 4 ? 20 : 40);
    assertThat(p.l3TotalLength()).isGreaterThanOrEqualTo(p.l3HeaderLength());
    assertThat(p.payloadOffset()).isGreaterThanOrEqualTo(p.l3Offset() + p.l3HeaderLength());
    assertThat(p.payloadOffset() + p.payloadLength())
        .isLessThanOrEqualTo(p.l3Offset() + p.l3TotalLength());
    if (p.protocol() == IpProtocol.TCP && p.fragmentOffset() == 0) {
      assertThat(p.l4HeaderLength()).isBetween(20, 60);
    }
    if (p.protocol() == IpProtocol.UDP && p.fragmentOffset() == 0) {
      assertThat(p.l4HeaderLength()).isEqualTo(8);
    }
    if (p.l4HeaderLength() > 0) {
      assertThat(p.payloadOffset()).isEqualTo(p.l4Offset() + p.l4HeaderLength());
    }
  }

  private static void within(int offset, int length) {
    assertThat(offset).isBetween(-1, length);
  }
}

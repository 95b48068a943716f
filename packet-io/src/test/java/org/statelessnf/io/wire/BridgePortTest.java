package org.statelessnf.io.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.Packet;

class BridgePortTest {
  private static final long LLDP = 0x0180_c200_000eL;
  private static final int TYPE_LLDP = 0x88cc;

  private final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
  }

  private BridgePort[] bridge(Set<FrameClass> passed) {
    return BridgePort.join(bench.inside, bench.outside, passed);
  }

  private void offerOneOfEach() {
    bench.offer(bench.inside, Bench.arp(1, Bench.BROADCAST, Bench.HOST, "10.0.0.2", "10.0.0.3"));
    bench.offer(
        bench.inside,
        Bench.discovery(
            Icmpv6Header.NEIGHBOR_SOLICITATION,
            0x3333_ff00_0003L,
            Bench.HOST,
            "fd00::2",
            "ff02::1:ff00:3",
            "fd00::3",
            1));
    bench.offer(bench.inside, Bench.ethernet(LLDP, Bench.HOST, TYPE_LLDP, 46));
    bench.offer(bench.inside, Bench.ethernet(Bench.BROADCAST, Bench.HOST, 0x1234, 46));
  }

  @Test
  void shouldHandOnlyIpToTheNetworkFunction() {
    BridgePort[] ends = bridge(EnumSet.allOf(FrameClass.class));
    offerOneOfEach();
    bench.offer(bench.inside, Bench.udp(Bench.HOST, "10.0.0.2", "10.0.0.3", 64, 10));
    bench.offer(bench.inside, Bench.udp6(Bench.HOST, "fd00::2", "fd00::3", 64));
    bench.offer(bench.inside, new byte[5]);

    List<Packet> kept = Bench.receive(ends[0]);

    assertThat(kept).hasSize(3);
    kept.forEach(Packet::release);
    assertThat(Bench.sent(bench.outside))
        .extracting(Bench.Out::type)
        .containsExactly(EthernetHeader.TYPE_ARP, EthernetHeader.TYPE_IPV6, TYPE_LLDP, 0x1234);
    for (WireEvent event :
        List.of(
            WireEvent.PASSED_ARP,
            WireEvent.PASSED_ND,
            WireEvent.PASSED_CONTROL,
            WireEvent.PASSED_OTHER)) {
      assertThat(ends[0].counters().of(event)).as(event.text()).isOne();
    }
  }

  @Test
  void shouldPassNothingThatPolicyForbids() {
    BridgePort[] ends = bridge(FrameClass.parseList("none"));
    offerOneOfEach();

    assertThat(Bench.receive(ends[0])).isEmpty();

    assertThat(Bench.sent(bench.outside)).isEmpty();
    assertThat(ends[0].counters().of(WireEvent.DROPPED_BY_POLICY)).isEqualTo(4);
  }

  @Test
  void shouldPassWhatThePolicyNames() {
    BridgePort[] ends = bridge(FrameClass.parseList("nd,arp"));
    offerOneOfEach();

    assertThat(Bench.receive(ends[0])).isEmpty();

    assertThat(Bench.sent(bench.outside))
        .extracting(Bench.Out::type)
        .containsExactly(EthernetHeader.TYPE_ARP, EthernetHeader.TYPE_IPV6);
  }

  @Test
  void shouldLeaveTheLinkLayerOfPacketsAlone() {
    BridgePort[] ends = bridge(EnumSet.allOf(FrameClass.class));
    byte[] sent = Bench.udp(Bench.ROUTER_IN, "10.0.0.2", "10.0.0.3", 1, 10);
    bench.offer(bench.inside, sent);

    Bench.transmit(ends[1], Bench.receive(ends[0]));

    assertThat(Bench.sent(bench.outside))
        .singleElement()
        .extracting(Bench.Out::bytes)
        .isEqualTo(sent);
  }

  @Test
  void shouldTellTaggedIpFromTaggedArp() {
    byte[] plain = Bench.udp(Bench.HOST, "10.0.0.2", "10.0.0.3", 64, 10);
    byte[] tagged = new byte[plain.length + 4];
    System.arraycopy(plain, 0, tagged, 0, 12);
    tagged[12] = (byte) 0x81;
    System.arraycopy(plain, 12, tagged, 16, plain.length - 12);
    Packet ip = bench.frame(tagged);
    assertThat(FrameClass.of(ip)).isNull();
    ip.release();
    tagged[17] = 6; // 0x0806
    Packet arp = bench.frame(tagged);
    assertThat(FrameClass.of(arp)).isEqualTo(FrameClass.ARP);
    arp.release();
  }

  @Test
  void shouldRefuseUnknownClasses() {
    assertThatThrownBy(() -> FrameClass.parseList("arp,ipx"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'ipx'");
  }
}

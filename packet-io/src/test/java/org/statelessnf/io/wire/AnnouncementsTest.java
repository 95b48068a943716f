package org.statelessnf.io.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.ArpPacket;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.Wire;

/** RFC 5227 section 3, RFC 4861 section 7.2.6: a router says what addresses are here now. */
class AnnouncementsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long ALL_NODES = 0x3333_0000_0001L;

  private final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldAnnounceOwnAndServedAddresses() {
    RouterPort[] ends = bench.router(RouterInterface.DEFAULT_MTU);

    assertThat(Bench.receive(ends[1])).isEmpty();

    List<Bench.Out> frames = Bench.sent(bench.outside);
    assertThat(frames).hasSize(3);
    isArpAnnouncement(frames.get(0), "192.0.2.1");
    isAdvertisement(frames.get(1).checked());
    isArpAnnouncement(frames.get(2), "192.0.2.77");
    assertThat(Bench.sent(bench.inside)).isEmpty();
    assertThat(ends[1].counters().of(WireEvent.ANNOUNCED)).isEqualTo(3);
  }

  private static void isArpAnnouncement(Bench.Out frame, String address) {
    assertThat(frame.isArp(ArpPacket.OPERATION_REQUEST)).isTrue();
    assertThat(frame.to()).isEqualTo(Bench.BROADCAST);
    assertThat(frame.from()).isEqualTo(Bench.ROUTER_OUT);
    long arp = EthernetHeader.LENGTH;
    assertThat(ArpPacket.senderHardware(frame.memory(), arp)).isEqualTo(Bench.ROUTER_OUT);
    assertThat(ArpPacket.senderProtocol(frame.memory(), arp))
        .isEqualTo(ArpPacket.targetProtocol(frame.memory(), arp))
        .isEqualTo(Addresses.parseIpv4(address));
  }

  private static void isAdvertisement(Bench.Out frame) {
    assertThat(frame.to()).isEqualTo(ALL_NODES);
    assertThat(frame.parsed().icmpType()).isEqualTo(Icmpv6Header.NEIGHBOR_ADVERTISEMENT);
    // Router and override, not solicited.
    assertThat(Wire.u8(frame.memory(), frame.parsed().l4Start() + 4)).isEqualTo(0xa0);
    InterfaceAddress target = InterfaceAddress.parse("fd01::1/64");
    long at = frame.parsed().l4Start() + NeighborFrames.TARGET_OFFSET;
    assertThat(Wire.i64(frame.memory(), at)).isEqualTo(target.high());
    assertThat(Wire.i64(frame.memory(), at + 8)).isEqualTo(target.low());
    assertThat(NeighborFrames.linkAddress(frame.parsed(), NeighborFrames.TARGET_LINK_ADDRESS))
        .isEqualTo(Bench.ROUTER_OUT);
  }

  @Test
  void shouldSayItThreeTimesASecondApart() {
    RouterPort[] ends = bench.router(RouterInterface.DEFAULT_MTU);
    List<Integer> heard = new ArrayList<>();
    for (int tenth = 0; tenth < 50; tenth++) {
      Bench.receive(ends[0]);
      heard.add(Bench.sent(bench.inside).size());
      bench.nanos += SECOND / 10;
    }
    List<Integer> expected = new ArrayList<>();
    for (int tenth = 0; tenth < 50; tenth++) {
      expected.add(tenth == 0 || tenth == 10 || tenth == 20 ? 2 : 0);
    }
    assertThat(heard).isEqualTo(expected);
  }

  @Test
  void shouldAnnounceALargePoolBitByBit() {
    int pool = 2_000;
    RouterInterface config =
        new RouterInterface(
            Bench.ROUTER_OUT,
            List.of(InterfaceAddress.parse("192.0.2.1/24")),
            List.of(),
            AddressSet.of(
                List.of(
                    new AddressSet.Range(
                        0, IpAddress.mapped(Addresses.parseIpv4("198.51.0.0")), pool))),
            RouterInterface.DEFAULT_MTU);
    List<Long> heard = new ArrayList<>();
    Announcements announcements =
        new Announcements(config, (high, low) -> heard.add(low), bench.nanos);

    announcements.advance(bench.nanos);
    assertThat(heard).hasSize(Announcements.BURST);
    for (int i = 0; i < Announcements.MAX_ADDRESSES; i++) {
      announcements.advance(bench.nanos);
    }
    assertThat(heard).hasSize(Announcements.MAX_ADDRESSES).doesNotHaveDuplicates();
  }
}

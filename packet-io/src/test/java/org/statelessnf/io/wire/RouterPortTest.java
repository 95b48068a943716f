package org.statelessnf.io.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.io.wire.Bench.BROADCAST;
import static org.statelessnf.io.wire.Bench.HOST;
import static org.statelessnf.io.wire.Bench.ROUTER_IN;
import static org.statelessnf.io.wire.Bench.ROUTER_OUT;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.io.wire.Bench.Out;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.ArpPacket;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;

class RouterPortTest {
  private static final long SERVER = 0x0200_0000_00ffL;
  private static final long SECOND = 1_000_000_000L;

  private final Bench bench = new Bench();
  private RouterPort[] ends = bench.announcedRouter(RouterInterface.DEFAULT_MTU);

  @AfterEach
  void close() {
    ends[0].close();
    ends[1].close();
    bench.close();
  }

  /** Takes what has come in on the inside and forwards it to the outside. */
  private int forward() {
    List<Packet> packets = Bench.receive(ends[0]);
    Bench.transmit(ends[1], packets);
    return packets.size();
  }

  private void answerArp(String address, long mac) {
    bench.offer(
        bench.outside, Bench.arp(ArpPacket.OPERATION_REPLY, ROUTER_OUT, mac, address, "192.0.2.1"));
    assertThat(Bench.receive(ends[1])).isEmpty();
  }

  // --- ARP ---

  @Test
  void shouldAnswerArpForOwnAndServedAddressesOnly() {
    for (String target : List.of("192.0.2.1", "192.0.2.77", "192.0.2.78", "10.0.0.1")) {
      bench.offer(bench.outside, Bench.arp(1, BROADCAST, SERVER, "192.0.2.9", target));
    }

    assertThat(Bench.receive(ends[1])).isEmpty();

    List<Out> replies = Bench.sent(bench.outside);
    assertThat(replies).hasSize(2);
    for (Out reply : replies) {
      assertThat(reply.isArp(ArpPacket.OPERATION_REPLY)).isTrue();
      assertThat(reply.to()).isEqualTo(SERVER);
      long arp = EthernetHeader.LENGTH;
      assertThat(ArpPacket.senderHardware(reply.memory(), arp)).isEqualTo(ROUTER_OUT);
      assertThat(ArpPacket.targetHardware(reply.memory(), arp)).isEqualTo(SERVER);
    }
    assertThat(ArpPacket.senderProtocol(replies.get(1).memory(), EthernetHeader.LENGTH))
        .isEqualTo(Addresses.parseIpv4("192.0.2.77"));
  }

  @Test
  void shouldHoldPacketsUntilTheNextHopHasAnswered() {
    for (int i = 0; i < 3; i++) {
      bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "192.0.2.9", 64, i));
    }
    assertThat(forward()).isEqualTo(3);
    assertThat(Bench.sent(bench.outside))
        .singleElement()
        .satisfies(request -> {
          assertThat(request.isArp(ArpPacket.OPERATION_REQUEST)).isTrue();
          assertThat(request.to()).isEqualTo(BROADCAST);
          assertThat(ArpPacket.targetProtocol(request.memory(), EthernetHeader.LENGTH))
              .isEqualTo(Addresses.parseIpv4("192.0.2.9"));
        });

    answerArp("192.0.2.9", SERVER);

    List<Out> sent = Bench.sent(bench.outside);
    assertThat(sent)
        .extracting(out -> out.checked().parsed().payloadLength())
        .containsExactly(0, 1, 2);
    assertThat(sent)
        .allSatisfy(out -> {
          assertThat(out.to()).isEqualTo(SERVER);
          assertThat(out.from()).isEqualTo(ROUTER_OUT);
          assertThat(Ipv4Header.ttl(out.memory(), out.parsed().l3Start())).isEqualTo(63);
        });
  }

  @Test
  void shouldSendWhatIsNoNeighborToTheGateway() {
    answerArpBeforeAsked("192.0.2.254", SERVER);
    bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "203.0.113.5", 64, 1));

    assertThat(forward()).isOne();

    assertThat(Bench.sent(bench.outside))
        .singleElement()
        .satisfies(out -> assertThat(out.checked().to()).isEqualTo(SERVER));
  }

  /** A neighbour that asks for us is known from then on. */
  private void answerArpBeforeAsked(String address, long mac) {
    bench.offer(bench.outside, Bench.arp(1, BROADCAST, mac, address, "192.0.2.1"));
    assertThat(Bench.receive(ends[1])).isEmpty();
    assertThat(Bench.sent(bench.outside)).hasSize(1);
  }

  @Test
  void shouldGiveUpANeighborThatNeverAnswers() {
    for (int i = 0; i < NeighborTable.MAX_HELD + 5; i++) {
      bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "192.0.2.9", 64, 1));
    }
    forward();
    assertThat(ends[1].counters().of(WireEvent.UNRESOLVED)).as("the oldest make room").isEqualTo(5);
    for (int second = 0; second < 5; second++) {
      bench.nanos += SECOND + 1;
      Bench.receive(ends[1]);
    }

    assertThat(Bench.sent(bench.outside)).hasSize(NeighborTable.TRIES);
    assertThat(ends[1].counters().of(WireEvent.UNRESOLVED)).isEqualTo(NeighborTable.MAX_HELD + 5);
  }

  @Test
  void shouldConfirmANeighborWhileItIsUsed() {
    answerArpBeforeAsked("192.0.2.9", SERVER);
    bench.nanos += (NeighborTable.CONFIRM_SECONDS + 1) * SECOND;
    bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "192.0.2.9", 64, 1));

    forward();

    List<Out> sent = Bench.sent(bench.outside);
    // The clock of a transmit is that of the last receive on the same side.
    Bench.receive(ends[1]);
    bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "192.0.2.9", 64, 1));
    forward();
    sent.addAll(Bench.sent(bench.outside));
    assertThat(sent).filteredOn(out -> out.type() == EthernetHeader.TYPE_IPV4).hasSize(2);
    assertThat(sent)
        .filteredOn(out -> out.isArp(ArpPacket.OPERATION_REQUEST))
        .singleElement()
        .satisfies(out -> assertThat(out.to()).as("asks the neighbour itself").isEqualTo(SERVER));
  }

  @Test
  void shouldNotLearnFromStrangersOrThatItIsSomeoneElse() {
    bench.offer(bench.outside, Bench.arp(2, ROUTER_OUT, SERVER, "203.0.113.5", "192.0.2.1"));
    bench.offer(bench.outside, Bench.arp(2, ROUTER_OUT, SERVER, "192.0.2.77", "192.0.2.1"));
    bench.offer(bench.outside, Bench.arp(2, ROUTER_OUT, BROADCAST, "192.0.2.8", "192.0.2.1"));
    bench.offer(bench.outside, Bench.arp(2, BROADCAST, SERVER, "192.0.2.9", "192.0.2.9"));
    Bench.receive(ends[1]);
    for (String next : List.of("192.0.2.8", "192.0.2.9", "203.0.113.5")) {
      bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", next, 64, 1));
    }

    forward();

    assertThat(Bench.sent(bench.outside))
        .hasSize(3)
        .allMatch(out -> out.isArp(ArpPacket.OPERATION_REQUEST));
  }

  // --- what is not forwarded ---

  @Test
  void shouldDropWhatIsNotForARouter() {
    bench.offer(bench.inside, Bench.udp(SERVER, "10.0.0.2", "192.0.2.9", 64, 1));
    bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "224.0.0.5", 64, 1));
    bench.offer(bench.inside, Bench.udp(BROADCAST, "10.0.0.2", "10.0.0.255", 64, 1));
    bench.offer(bench.inside, Bench.ethernet(ROUTER_IN, HOST, 0x88cc, 46));
    bench.offer(bench.inside, new byte[] {1, 2, 3});
    byte[] broken = Bench.udp(ROUTER_IN, "10.0.0.2", "192.0.2.9", 64, 1);
    broken[EthernetHeader.LENGTH + Ipv4Header.CHECKSUM_OFFSET] ^= 1;
    bench.offer(bench.inside, broken);

    assertThat(forward()).isZero();

    assertThat(Bench.sent(bench.inside)).isEmpty();
    assertThat(ends[0].counters().of(WireEvent.NOT_FOR_US)).isOne();
    assertThat(ends[0].counters().of(WireEvent.NOT_ROUTABLE)).isEqualTo(3);
    assertThat(ends[0].counters().of(WireEvent.MALFORMED)).isEqualTo(2);
  }

  @Test
  void shouldSayThatTheTimeToLiveIsExceeded() {
    bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "203.0.113.5", 1, 600));

    assertThat(forward()).isZero();

    assertThat(Bench.sent(bench.inside))
        .singleElement()
        .satisfies(error -> {
          Packet packet = error.checked().parsed();
          assertThat(error.to()).isEqualTo(HOST);
          assertThat(packet.icmpType()).isEqualTo(IcmpHeader.TIME_EXCEEDED);
          assertThat(Ipv4Header.source(error.memory(), packet.l3Start()))
              .isEqualTo(Addresses.parseIpv4("10.0.0.1"));
          assertThat(packet.l3TotalLength()).isEqualTo(576);
          assertThat(packet.innerDestinationPort()).isEqualTo(9);
        });
  }

  @Test
  void shouldSayThatAPacketIsTooBigForTheOtherSide() {
    ends = bench.announcedRouter(1400);
    bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "203.0.113.5", 64, 1400));

    assertThat(forward()).isZero();

    assertThat(Bench.sent(bench.inside))
        .singleElement()
        .satisfies(error -> {
          Packet packet = error.checked().parsed();
          assertThat(packet.icmpType()).isEqualTo(IcmpHeader.DESTINATION_UNREACHABLE);
          assertThat(packet.icmpCode()).isEqualTo(IcmpHeader.CODE_FRAGMENTATION_NEEDED);
          assertThat(IcmpHeader.mtu(error.memory(), packet.l4Start())).isEqualTo(1400);
        });
  }

  @Test
  void shouldNotComplainAboutErrorsOrToNobody() {
    byte[] error = Bench.ping(ROUTER_IN, "10.0.0.2", "203.0.113.5");
    error[EthernetHeader.LENGTH + Ipv4Header.TTL_OFFSET] = 1;
    error[EthernetHeader.LENGTH + Ipv4Header.MINIMUM_LENGTH] = IcmpHeader.TIME_EXCEEDED;
    fixHeader(error);
    bench.offer(bench.inside, error);
    bench.offer(bench.inside, Bench.udp(ROUTER_IN, "0.0.0.0", "203.0.113.5", 1, 10));

    assertThat(forward()).isZero();

    assertThat(Bench.sent(bench.inside)).isEmpty();
    assertThat(ends[0].counters().of(WireEvent.TTL_EXPIRED)).isEqualTo(2);
  }

  private static void fixHeader(byte[] frame) {
    org.statelessnf.nf.packet.Checksum.fixIpv4Header(
        java.lang.foreign.MemorySegment.ofArray(frame),
        EthernetHeader.LENGTH,
        Ipv4Header.MINIMUM_LENGTH);
  }

  @Test
  void shouldLimitTheRateOfErrors() {
    for (int burst = 0; burst < 8; burst++) {
      for (int i = 0; i < 50; i++) {
        bench.offer(bench.inside, Bench.udp(ROUTER_IN, "10.0.0.2", "203.0.113.5", 1, 10));
      }
      forward();
      Bench.sent(bench.inside);
    }
    assertThat(ends[0].counters().of(WireEvent.TTL_EXPIRED)).isEqualTo(400);
    assertThat(ends[0].counters().of(WireEvent.ICMP_ERROR_SENT)).isEqualTo(100);
  }

  @Test
  void shouldAnswerEchoToEveryOwnAddressButLeaveServedOnesToTheNetworkFunction() {
    bench.offer(bench.inside, Bench.ping(ROUTER_IN, "10.0.0.2", "10.0.0.1"));
    bench.offer(bench.inside, Bench.ping(ROUTER_IN, "10.0.0.2", "192.0.2.1"));
    bench.offer(bench.inside, Bench.ping(ROUTER_IN, "10.0.0.2", "192.0.2.77"));

    List<Packet> kept = Bench.receive(ends[0]);

    assertThat(kept).hasSize(1);
    kept.forEach(Packet::release);
    assertThat(Bench.sent(bench.inside))
        .hasSize(2)
        .allSatisfy(reply -> {
          assertThat(reply.checked().parsed().icmpType()).isEqualTo(IcmpHeader.ECHO_REPLY);
          assertThat(reply.to()).isEqualTo(HOST);
        });
  }

  // --- IPv6 ---

  @Test
  void shouldAnswerSolicitationsAndProbes() {
    bench.offer(bench.outside, solicitation("fd01::9", "fd01::1"));
    bench.offer(bench.outside, solicitation("::", "fd01::1"));
    bench.offer(bench.outside, solicitation("fd01::9", "fd01::2"));

    assertThat(Bench.receive(ends[1])).isEmpty();

    List<Out> sent = Bench.sent(bench.outside);
    assertThat(sent)
        .hasSize(2)
        .allSatisfy(out ->
            assertThat(out.checked().parsed().icmpType())
                .isEqualTo(Icmpv6Header.NEIGHBOR_ADVERTISEMENT));
    assertThat(sent.get(0).to()).isEqualTo(SERVER);
    assertThat(sent.get(1).to()).as("to all nodes").isEqualTo(0x3333_0000_0001L);
    assertThat(NeighborFrames.linkAddress(sent.get(0).parsed(), NeighborFrames.TARGET_LINK_ADDRESS))
        .isEqualTo(ROUTER_OUT);
  }

  private static byte[] solicitation(String source, String target) {
    return Bench.discovery(
        Icmpv6Header.NEIGHBOR_SOLICITATION,
        0x3333_ff00_0001L,
        SERVER,
        source,
        "ff02::1:ff00:1",
        target,
        NeighborFrames.SOURCE_LINK_ADDRESS);
  }

  @Test
  void shouldSolicitNextHopsAndForward() {
    bench.offer(bench.inside, Bench.udp6(ROUTER_IN, "fd00::2", "fd01::9", 64));
    assertThat(forward()).isOne();
    assertThat(Bench.sent(bench.outside))
        .singleElement()
        .satisfies(out -> {
          assertThat(out.checked().parsed().icmpType())
              .isEqualTo(Icmpv6Header.NEIGHBOR_SOLICITATION);
          assertThat(out.to()).isEqualTo(0x3333_ff00_0009L);
        });

    bench.offer(
        bench.outside,
        Bench.discovery(
            Icmpv6Header.NEIGHBOR_ADVERTISEMENT,
            ROUTER_OUT,
            SERVER,
            "fd01::9",
            "fd01::1",
            "fd01::9",
            NeighborFrames.TARGET_LINK_ADDRESS));
    assertThat(Bench.receive(ends[1])).isEmpty();

    assertThat(Bench.sent(bench.outside))
        .singleElement()
        .satisfies(out -> {
          assertThat(out.checked().to()).isEqualTo(SERVER);
          assertThat(Ipv6Header.hopLimit(out.memory(), out.parsed().l3Start())).isEqualTo(63);
        });
  }

  @Test
  void shouldIgnoreDiscoveryThatHasCrossedARouter() {
    byte[] forged = solicitation("fd01::9", "fd01::1");
    forged[EthernetHeader.LENGTH + Ipv6Header.HOP_LIMIT_OFFSET] = (byte) 254;
    bench.offer(bench.outside, forged);

    assertThat(Bench.receive(ends[1])).isEmpty();

    assertThat(Bench.sent(bench.outside)).isEmpty();
    assertThat(ends[1].counters().of(WireEvent.MALFORMED)).isOne();
  }

  @Test
  void shouldSayThatTheHopLimitIsExceeded() {
    bench.offer(bench.inside, Bench.udp6(ROUTER_IN, "fd00::2", "fd01::9", 1));

    assertThat(forward()).isZero();

    assertThat(Bench.sent(bench.inside))
        .singleElement()
        .satisfies(error ->
            assertThat(error.checked().parsed().icmpType()).isEqualTo(Icmpv6Header.TIME_EXCEEDED));
  }

  // --- whatever comes ---

  @Test
  void shouldSurviveHostileFramesAndLoseNoBuffer() {
    long seed = 20_261_123;
    Random random = new Random(seed);
    byte[][] seeds = {
      Bench.arp(1, ROUTER_IN, HOST, "10.0.0.2", "10.0.0.1"),
      Bench.udp(ROUTER_IN, "10.0.0.2", "192.0.2.9", 2, 40),
      Bench.ping(ROUTER_IN, "10.0.0.2", "10.0.0.1"),
      Bench.udp6(ROUTER_IN, "fd00::2", "fd01::9", 2),
      Bench.discovery(135, ROUTER_IN, HOST, "fd00::2", "fd00::1", "fd00::1", 1),
    };
    for (int round = 0; round < 20_000; round++) {
      byte[] frame = seeds[random.nextInt(seeds.length)].clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        int from = random.nextInt(8) == 0 ? 0 : 6; // mostly still to this station
        frame[from + random.nextInt(frame.length - from)] = (byte) random.nextInt();
      }
      int length = random.nextInt(4) == 0 ? 1 + random.nextInt(frame.length) : frame.length;
      bench.offer(bench.inside, java.util.Arrays.copyOf(frame, length));
      bench.nanos += random.nextInt(100_000_000);
      forward();
      Bench.receive(ends[1]);
      Bench.sent(bench.inside);
      Bench.sent(bench.outside);
    }
    assertThat(ends[1].counters().of(WireEvent.NEIGHBOR_ASKED)).as("seed " + seed).isPositive();
  }
}

package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.nat.NatFixture.Endpoint;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Captures;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.ReferenceChecksum;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;
import org.statelessnf.nf.testing.Verdict.Action;

/**
 * Real traffic, dealt packet by packet to one instance or to several. Captured on the inside, its
 * packets from outside are addressed to inside hosts: each is sent to the external endpoint that
 * the host has at that time, as its sender would have done had the NAT been there, and must come
 * out as it was captured.
 */
class NatCaptureTest {
  private static final long UDP_NANOS = NatTimeouts.DEFAULT.udpNanos();

  @ParameterizedTest
  @CsvSource({
    "mid/mix-dev.pcap, 192.168.0.0/16;10.0.0.0/8;172.16.0.0/12, 1, false, 15000, 15000",
    "mid/mix-dev.pcap, 192.168.0.0/16;10.0.0.0/8;172.16.0.0/12, 4, false, 15000, 15000",
    "mid/mix-dev.pcap, 192.168.0.0/16;10.0.0.0/8;172.16.0.0/12, 4, true, 15000, 15000",
    "mid/WebattackXSS.pcap, 172.16.0.0/16, 3, true, 4000, 3000",
    "mid/synscan.pcap, 192.168.0.0/16;10.0.0.0/8;172.16.0.0/12, 3, true, 1000, 0",
  })
  void everyInsideEndpointShouldHaveOneOutsideAndBack(
      String capture, String inside, int instances, boolean kill, int leastOut, int leastIn)
      throws IOException {
    Replay replay = new Replay(instances, CidrSet.parse(inside.replace(';', ',')));
    int number = 0;
    var frames = Captures.read(capture);
    for (Captures.Frame frame : frames) {
      if (kill && number++ == frames.size() / 2) {
        replay.runner.kill(1);
      }
      replay.run(frame);
    }
    replay.runner.close();
    assertThat(replay.out).as("translated from inside").isGreaterThan(leastOut);
    assertThat(replay.in).as("translated back").isGreaterThanOrEqualTo(leastIn);
    assertThat(replay.lost).as("not translated for want of a port or a mapping").isZero();
  }

  private static final class Replay {
    final CidrSet insideAddresses;
    final SequentialRunner runner;
    final Map<String, Endpoint> externals = new HashMap<>();
    final Map<String, Long> lastSeen = new HashMap<>();
    final Map<String, String> insides = new HashMap<>();
    final Rewrite rewrite = new Rewrite();
    int out;
    int in;
    int lost;

    Replay(int instances, CidrSet insideAddresses) {
      this.insideAddresses = insideAddresses;
      NatConfig config =
          NatConfig.builder(ExternalPool.parse("203.0.113.1-203.0.113.4"))
              .inside(insideAddresses)
              .build();
      Nat[] nats = new Nat[instances];
      for (int i = 0; i < instances; i++) {
        nats[i] = new Nat(config, System::currentTimeMillis, i);
      }
      runner = new SequentialRunner(List.of(nats));
    }

    void run(Captures.Frame frame) {
      Packet packet = FrameBuilder.packet(frame.bytes, frame.timestampNanos, false);
      boolean fromInside = insideAddresses.containsSource(packet);
      packet.fromInside(fromInside);
      if (!hasEndpoints(packet)) {
        runner.run(packet);
      } else if (fromInside) {
        outward(packet);
      } else {
        inward(packet);
      }
    }

    private static boolean hasEndpoints(Packet packet) {
      return packet.parseStatus() == 0
          && packet.ipVersion() == 4
          && !packet.isMulticast()
          && !packet.isFragment()
          && (packet.protocol() == IpProtocol.TCP || packet.protocol() == IpProtocol.UDP);
    }

    private void outward(Packet packet) {
      String inside = packet.protocol() + " " + NatFixture.source(packet);
      String before = ReferenceChecksum.faults(packet).toString();
      Verdict verdict = runner.run(packet);
      if (verdict.action() != Action.FORWARD || !verdict.rewrite().hasSource()) {
        // To another inside host, or a reset that belongs to nothing.
        boolean mayFail = insideAddresses.containsDestination(packet) || isReset(packet);
        lost += mayFail ? 0 : 1;
        return;
      }
      PacketRewriter.apply(packet, verdict.rewrite());
      Packet sent = FrameBuilder.reparsed(packet, true);
      assertThat(ReferenceChecksum.faults(sent)).as("%s", sent).hasToString(before);
      Endpoint external = NatFixture.source(sent);
      Endpoint known = externals.put(inside, external);
      Long last = lastSeen.put(inside, packet.timestampNanos());
      if (known != null && last != null && packet.timestampNanos() - last < UDP_NANOS) {
        assertThat(external).as("of %s", inside).isEqualTo(known);
      }
      String user = insides.put(packet.protocol() + " " + external, inside);
      assertThat(user == null ? inside : user).as("who has %s", external).isEqualTo(inside);
      out++;
    }

    private static boolean isReset(Packet packet) {
      return packet.protocol() == IpProtocol.TCP && (packet.tcpFlags() & 4) != 0;
    }

    private void inward(Packet packet) {
      String inside = packet.protocol() + " " + NatFixture.destination(packet);
      Endpoint external = externals.get(inside);
      if (external == null) {
        runner.run(packet);
        return; // nobody asked for it
      }
      byte[] captured = FrameBuilder.bytes(packet);
      rewrite.clear();
      rewrite.destination(0, toLong(external.address()), external.port());
      PacketRewriter.apply(packet, rewrite);
      Packet received = FrameBuilder.reparsed(packet, false);
      Verdict verdict = runner.run(received);
      if (verdict.action() != Action.FORWARD) {
        lost++;
        return;
      }
      PacketRewriter.apply(received, verdict.rewrite());
      assertThat(NatFixture.destination(FrameBuilder.reparsed(received, false)))
          .isEqualTo(NatFixture.destination(FrameBuilder.packet(captured, 0, false)));
      assertThat(FrameBuilder.bytes(received).length).isEqualTo(captured.length);
      in++;
    }

    private static long toLong(String address) {
      return Addresses.parseIpv4(address) & 0xffff_ffffL;
    }
  }
}

package org.statelessnf.nf.defrag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.chain.Chain;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.nat.ExternalPool;
import org.statelessnf.nf.nat.Nat;
import org.statelessnf.nf.nat.NatConfig;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.TestLane;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** In a chain, wherever it is in the list, the functions behind it see whole packets only. */
final class DefragChainTest {
  private static final String EXTERNAL = "203.0.113.7";

  private static NetworkFunction part(String name) {
    return switch (name) {
      case "firewall" -> new Firewall(FirewallConfig.defaults());
      case "nat" -> new Nat(NatConfig.builder(ExternalPool.parse(EXTERNAL)).build());
      default -> new Defrag(DefragConfig.defaults());
    };
  }

  private static SequentialRunner chains(String names) {
    List<Chain> instances = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      instances.add(new Chain(Arrays.stream(names.split(" ")).map(DefragChainTest::part).toList()));
    }
    return new SequentialRunner(instances);
  }

  @ParameterizedTest
  @CsvSource({"defrag firewall, false", "firewall defrag, false", "defrag firewall, true"})
  void shouldLetTheFirewallSeeWholePacketsOfBothSides(String names, boolean v6) {
    Packet query = Pieces.udp(v6, 2000, 1).build();
    byte[] payload = new byte[3000];
    Packet reply =
        FrameBuilder.udp(
                v6 ? Pieces.OUTSIDE_6 : Pieces.OUTSIDE,
                53,
                v6 ? Pieces.INSIDE_6 : Pieces.INSIDE,
                4000)
            .payload(payload)
            .at(Pieces.START)
            .fromOutside()
            .build();
    try (SequentialRunner runner = chains(names)) {
      // Not asked for: the firewall judges the whole, and it goes nowhere.
      assertThat(shuffled(runner, reply, 1, 800)).isEmpty();
      List<byte[]> out = shuffled(runner, query, 2, 800);
      assertThat(out).hasSize(1);
      assertThat(out.getFirst()).isEqualTo(Pieces.expected(query, 2));
      out = shuffled(runner, reply, 3, 1200);
      assertThat(out).hasSize(1);
      assertThat(out.getFirst()).isEqualTo(Pieces.expected(reply, 3));
    }
  }

  @Requirement(rfc = 4787, id = "REQ-14")
  @ParameterizedTest
  @CsvSource({"defrag firewall nat", "nat defrag", "firewall nat defrag"})
  void shouldTranslateWholePacketsOfBothSides(String names) {
    Packet query = Pieces.udp(false, 2000, 1).build();
    try (SequentialRunner runner = chains(names)) {
      List<byte[]> out = shuffled(runner, query, 2, 800);
      assertThat(out).hasSize(1);
      Packet translated = FrameBuilder.packet(out.getFirst(), Pieces.START, true);
      assertThat(translated.toString()).contains(EXTERNAL);
      assertThat(Checksum.verifyTransport(translated)).isEqualTo(Checksum.VALID);
      Packet reply =
          FrameBuilder.udp(Pieces.OUTSIDE, 53, EXTERNAL, translated.sourcePort())
              .payload(new byte[3000])
              .at(Pieces.START)
              .fromOutside()
              .build();
      out = shuffled(runner, reply, 3, 1200);
      assertThat(out).hasSize(1);
      Packet back = FrameBuilder.packet(out.getFirst(), Pieces.START, false);
      assertThat(back.destinationPort()).isEqualTo(4000);
      assertThat(back.toString()).contains(Pieces.INSIDE + ":4000");
      assertThat(Checksum.verifyTransport(back)).isEqualTo(Checksum.VALID);
    }
  }

  @Test
  void shouldNotReadForAFragmentWhatItsWholeNeeds() {
    try (SequentialRunner runner = chains("defrag firewall")) {
      Packet query = Pieces.udp(false, 2000, 1).build();
      runner.run(Pieces.cut(query, 800, 2).getFirst());
      assertThat(runner.reads()).isEqualTo(1);
    }
  }

  @Test
  void shouldCountAWholeThatTheFirewallDrops() throws Exception {
    Packet unasked =
        FrameBuilder.udp(Pieces.OUTSIDE, 53, Pieces.INSIDE, 4000)
            .payload(new byte[150])
            .at(Pieces.START)
            .build();
    try (StateStore store = Stores.open("caffeine:");
        TestLane lane =
            new TestLane(
                "one",
                store,
                PipeConfig.defaults(),
                () -> new Chain(List.of(part("defrag"), part("firewall"))),
                packet -> {})) {
      for (Packet piece : Pieces.cut(unasked, 80, 1)) {
        lane.send(FrameBuilder.bytes(piece), Pieces.START);
      }
      lane.end();
      assertThat(lane.passed()).isZero();
      assertThat(lane.metrics().held()).isEqualTo(2);
      assertThat(lane.metrics().emitted()).isEqualTo(1);
      assertThat(lane.drops(DropReason.UNSOLICITED)).isEqualTo(1);
      assertThat(lane.drops()).isEqualTo(1);
    }
  }

  private static List<byte[]> shuffled(SequentialRunner runner, Packet whole, int id, int size) {
    List<Packet> pieces = new ArrayList<>(Pieces.cut(whole, size, id));
    Collections.shuffle(pieces, new Random(id));
    return Pieces.run(runner, pieces);
  }
}

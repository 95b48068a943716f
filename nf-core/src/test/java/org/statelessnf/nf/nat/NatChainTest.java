package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.chain.Chain;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.nat.NatFixture.Endpoint;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;
import org.statelessnf.nf.testing.Verdict.Action;

/** Firewall and NAT in a chain do what a firewall does with a NAT behind it. */
class NatChainTest {
  private static final NatConfig NAT =
      NatConfig.builder(ExternalPool.parse(NatFixture.EXTERNAL)).build();

  private final SequentialRunner chain =
      new SequentialRunner(new Chain(List.of(new Firewall(FirewallConfig.defaults()), nat())));
  private final SequentialRunner firewall =
      new SequentialRunner(new Firewall(FirewallConfig.defaults()));
  private final SequentialRunner nat = new SequentialRunner(nat());

  private static Nat nat() {
    return new Nat(NAT, () -> NatFixture.START / 1_000_000, 7);
  }

  /** What became of a packet: its bytes, or why there are none. */
  private record Fate(String text, Action action) {}

  private Fate throughChain(Packet packet) {
    Verdict verdict = chain.run(packet);
    return fate(packet, verdict, verdict.action());
  }

  private Fate throughBoth(Packet packet) {
    boolean outwards = packet.fromInside();
    Packet moving = FrameBuilder.reparsed(packet, outwards);
    SequentialRunner first = outwards ? firewall : nat;
    Verdict verdict = first.run(moving);
    if (!verdict.passes()) {
      return fate(moving, verdict, verdict.action());
    }
    PacketRewriter.apply(moving, verdict.rewrite());
    Packet between = FrameBuilder.reparsed(moving, outwards);
    Verdict second = (outwards ? nat : firewall).run(between);
    if (second.action() != Action.HAIRPIN) {
      return fate(between, second, second.action());
    }
    PacketRewriter.apply(between, second.rewrite());
    Packet back = FrameBuilder.reparsed(between, false);
    Verdict third = firewall.run(back);
    return fate(back, third, third.passes() ? Action.HAIRPIN : Action.DROP);
  }

  private static Fate fate(Packet packet, Verdict verdict, Action action) {
    if (!verdict.passes()) {
      return new Fate(String.valueOf(verdict.reason()), Action.DROP);
    }
    Packet out = FrameBuilder.reparsed(packet, packet.fromInside());
    PacketRewriter.apply(out, verdict.rewrite());
    PacketParser.parse(out);
    return new Fate(out + " " + HexFormat.of().formatHex(FrameBuilder.bytes(out)), action);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldDoWhatTheFunctionsDoOneBehindTheOther(long seed) {
    Random random = new Random(seed);
    List<Endpoint> externals = new ArrayList<>(List.of(new Endpoint(NatFixture.EXTERNAL, 4000)));
    Set<Action> actions = new HashSet<>();
    int[] flags = {
      TcpHeader.SYN,
      TcpHeader.ACK,
      TcpHeader.FIN | TcpHeader.ACK,
      TcpHeader.SYN | TcpHeader.ACK,
      TcpHeader.RST
    };
    for (int i = 0; i < 3_000; i++) {
      boolean outwards = random.nextInt(5) < 3;
      Endpoint inside = new Endpoint("10.0.0." + (1 + random.nextInt(4)), 5000 + random.nextInt(4));
      Endpoint remote = new Endpoint("192.0.2." + (1 + random.nextInt(3)), 80);
      Endpoint external = externals.get(random.nextInt(externals.size()));
      Endpoint from = outwards ? inside : remote;
      Endpoint to = outwards && random.nextInt(8) > 0 ? remote : external;
      FrameBuilder frame =
          random.nextBoolean()
              ? FrameBuilder.udp(from.address(), from.port(), to.address(), to.port())
              : FrameBuilder.tcp(
                  from.address(),
                  from.port(),
                  to.address(),
                  to.port(),
                  flags[random.nextInt(flags.length)]);
      frame.payload(new byte[random.nextInt(30)]);
      if (!outwards) {
        frame.fromOutside();
      }
      Packet packet = frame.at(NatFixture.START + i * NatFixture.SECOND / 100).build();
      Fate chained = throughChain(FrameBuilder.reparsed(packet, outwards));
      assertThat(chained)
          .as("seed %d, packet %d: %s", seed, i, packet)
          .isEqualTo(throughBoth(FrameBuilder.reparsed(packet, outwards)));
      actions.add(chained.action());
      if (outwards && chained.action() == Action.FORWARD) {
        externals.add(sourceOf(chained));
      }
    }
    assertThat(actions).contains(Action.FORWARD, Action.DROP);
    chain.close();
    firewall.close();
    nat.close();
  }

  /** Out of {@code udp 203.0.113.7:4242 > …}. */
  private static Endpoint sourceOf(Fate fate) {
    String source = fate.text().substring(4).split(" ", 2)[0];
    int colon = source.lastIndexOf(':');
    return new Endpoint(source.substring(0, colon), Integer.parseInt(source.substring(colon + 1)));
  }

  @Test
  void shouldLetTimersOfBothEndTheirState() {
    chain.run(FrameBuilder.udp("10.0.0.1", 5000, "192.0.2.1", 53).at(NatFixture.START).build());
    assertThat(chain.pendingTimers()).isPositive();
    chain.advanceTo(NatFixture.START + 86_400 * NatFixture.SECOND);
    assertThat(chain.pendingTimers()).isZero();
    Packet late =
        FrameBuilder.udp("192.0.2.1", 53, NatFixture.EXTERNAL, 5000)
            .fromOutside()
            .at(NatFixture.START + 86_401 * NatFixture.SECOND)
            .build();
    assertThat(chain.run(late).passes()).isFalse();
    chain.close();
  }

  @Test
  void shouldRefuseAFunctionThatOccursTwice() {
    List<Nat> twice = List.of(nat(), nat());
    assertThatThrownBy(() -> new Chain(twice))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nat occurs twice");
  }
}

package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** Instances share nothing but the store, so it does not matter which one gets a packet. */
class FirewallInstancesTest {
  @ParameterizedTest(name = "strict {0}")
  @ValueSource(booleans = {false, true})
  void shouldGiveTheSameVerdictsWhoeverGetsThePacket(boolean strict) {
    FirewallConfig config = FirewallConfig.defaults().withStrict(strict);
    List<Packet> packets = randomPackets(new Random(strict ? 3 : 4), 20_000);
    List<String> alone = run(packets, List.of(new Firewall(config)), -1);
    List<Firewall> four = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      four.add(new Firewall(config));
    }
    assertThat(run(packets, four, -1)).isEqualTo(alone);
    assertThat(run(packets, four, 10_000)).as("one of them killed half-way").isEqualTo(alone);
    assertThat(alone.stream().distinct().count()).as("kinds of verdict").isGreaterThan(3);
  }

  private static List<String> run(List<Packet> packets, List<Firewall> instances, int killAt) {
    try (SequentialRunner runner = new SequentialRunner(instances)) {
      List<String> verdicts = new ArrayList<>();
      for (int i = 0; i < packets.size(); i++) {
        if (i == killAt) {
          runner.kill(1);
        }
        Verdict verdict = runner.run(packets.get(i));
        verdicts.add(verdict.toString());
      }
      return verdicts;
    }
  }

  /** Few endpoints and numbers, so that packets meet. */
  private static List<Packet> randomPackets(Random random, int count) {
    int[] flags = {0x02, 0x12, 0x10, 0x10, 0x18, 0x11, 0x04, 0x14, 0x03};
    List<Packet> packets = new ArrayList<>();
    long now = 1_700_000_000_000_000_000L;
    for (int i = 0; i < count; i++) {
      now += random.nextInt(200_000_000);
      boolean inside = random.nextBoolean();
      String near = "10.0.0." + random.nextInt(2);
      String far = "192.0.2." + random.nextInt(2);
      String from = inside ? near : far;
      String to = inside ? far : near;
      int port = 1 + random.nextInt(2);
      FrameBuilder frame =
          switch (random.nextInt(8)) {
            case 0 -> FrameBuilder.udp(from, port, to, port);
            case 1 -> FrameBuilder.icmp(from, to, random.nextBoolean() ? 8 : 0, 0, port);
            default ->
                FrameBuilder.tcp(from, port, to, port, flags[random.nextInt(flags.length)])
                    .numbers(random.nextInt(3) * 100, random.nextInt(3) * 100)
                    .payload(new byte[random.nextInt(2) * 100]);
          };
      packets.add((inside ? frame : frame.fromOutside()).at(now).build());
    }
    return packets;
  }
}

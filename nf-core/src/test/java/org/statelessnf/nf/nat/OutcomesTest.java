package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.lb.LbConfig;
import org.statelessnf.nf.lb.LoadBalancer;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.InterleavedRunner;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/**
 * Whatever the interleaving of packets over however many instances: what becomes of them, and of
 * the packets that come after, is what a single instance would have made of them in one order or
 * another. First some packets one by one, then some at once, then again some one by one; every
 * order of those at once is tried with a single instance until one has the same outcome.
 *
 * <p>External endpoints are known by whom they belong to, not by their numbers, which are random.
 */
class OutcomesTest {
  private static final long START = 1_700_000_000_000_000_000L;
  private static final long MILLI = 1_000_000;
  private static final int CASES = 250;
  private static final String EXTERNAL = NatFixture.EXTERNAL;
  private static final String REMOTE = "192.0.2.9";

  /** A packet, given the external endpoint that each inside endpoint has at the time. */
  private interface Recipe extends Function<Map<String, Integer>, FrameBuilder> {}

  /** Runs packets, some of them at once, and remembers what became of each. */
  private static final class Story {
    final Map<String, Integer> externals = new HashMap<>();
    final Map<Integer, String> owners = new HashMap<>();
    final String[] outcome;

    Story(int packets) {
      outcome = new String[packets];
    }

    Packet packet(Recipe recipe, int index) {
      return recipe.apply(externals).at(START + index * MILLI).build();
    }

    void note(int index, Packet packet, Verdict verdict) {
      if (!verdict.passes()) {
        outcome[index] = verdict.toString();
        return;
      }
      String inside = source(packet);
      PacketRewriter.apply(packet, verdict.rewrite());
      Packet out = FrameBuilder.reparsed(packet, packet.fromInside());
      String source = source(out);
      if (source.startsWith(EXTERNAL)) {
        externals.putIfAbsent(inside, out.sourcePort());
        source = "of " + owners.computeIfAbsent(out.sourcePort(), p -> inside);
        if (externals.get(inside) != out.sourcePort()) {
          source += ", another one";
        }
      }
      outcome[index] =
          verdict.action() + " " + source + " > " + address(out, 16) + ":" + out.destinationPort();
    }

    private static String source(Packet packet) {
      return address(packet, 12) + ":" + packet.sourcePort();
    }

    private static String address(Packet packet, int offset) {
      return Addresses.format(packet.memory(), packet.l3Start() + offset, 4);
    }
  }

  @Test
  void firewallShouldDoWhatOneInstanceCouldHaveDone() {
    int[] flags = {0x02, 0x02, 0x12, 0x10, 0x11, 0x14};
    run(
        i -> new Firewall(FirewallConfig.defaults()),
        random -> {
          boolean in = random.nextInt(3) == 0;
          int port = 1 + random.nextInt(2);
          int flag = flags[random.nextInt(flags.length)];
          int sequence = 100 + random.nextInt(2);
          boolean udp = random.nextInt(5) == 0;
          String from = in ? REMOTE : "10.0.0.1";
          String to = in ? "10.0.0.1" : REMOTE;
          return externals -> {
            FrameBuilder frame =
                udp
                    ? FrameBuilder.udp(from, port, to, port)
                    : FrameBuilder.tcp(from, port, to, port, flag).numbers(sequence, sequence);
            return in ? frame.fromOutside() : frame;
          };
        },
        1);
  }

  @Test
  void loadBalancerShouldDoWhatOneInstanceCouldHaveDone() {
    LbConfig config = LbConfig.of("192.0.2.80:80", "10.0.0.1:8080,10.0.0.2:8080,10.0.0.3:8080");
    int[] flags = {0x02, 0x02, 0x10, 0x11, 0x14};
    run(
        i -> new LoadBalancer(config),
        random -> {
          boolean in = random.nextInt(3) > 0;
          int port = 1 + random.nextInt(3);
          int flag = flags[random.nextInt(flags.length)];
          String backend = "10.0.0." + (1 + random.nextInt(3));
          return externals ->
              in
                  ? FrameBuilder.tcp(REMOTE, port, "192.0.2.80", 80, flag).fromOutside()
                  : FrameBuilder.tcp(backend, 8080, REMOTE, port, flag);
        },
        2);
  }

  @Test
  void natShouldDoWhatOneInstanceCouldHaveDone() {
    NatConfig config =
        NatConfig.builder(ExternalPool.parse(EXTERNAL)).ports(2000, 2031).blockPorts(4).build();
    run(
        i -> new Nat(config, () -> START / MILLI, 77 * i + 1),
        random -> {
          boolean in = random.nextInt(3) == 0;
          int port = 1 + random.nextInt(3);
          int remotePort = 53 + random.nextInt(2);
          return externals ->
              in
                  ? FrameBuilder.udp(
                          REMOTE,
                          remotePort,
                          EXTERNAL,
                          externals.getOrDefault("10.0.0.1:" + port, 9))
                      .fromOutside()
                  : FrameBuilder.udp("10.0.0.1", port, REMOTE, remotePort);
        },
        3);
  }

  private static void run(
      IntFunction<NetworkFunction> function, Function<Random, Recipe> generator, long family) {
    long conflicts = 0;
    for (int i = 0; i < CASES; i++) {
      long seed = family * 1_000_000 + i;
      conflicts += runCase(function, generator, seed);
    }
    assertThat(conflicts).as("packets do get into each other's way").isPositive();
  }

  private static long runCase(
      IntFunction<NetworkFunction> function, Function<Random, Recipe> generator, long seed) {
    Random random = new Random(seed);
    int before = random.nextInt(4);
    int atOnce = 2 + random.nextInt(3);
    int after = 3;
    List<Recipe> recipes = new ArrayList<>();
    for (int i = 0; i < before + atOnce + after; i++) {
      recipes.add(generator.apply(random));
    }
    Story together = new Story(recipes.size());
    List<NetworkFunction> instances = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      instances.add(function.apply(i));
    }
    long conflicts;
    try (InterleavedRunner runner = new InterleavedRunner(instances, seed, START)) {
      runner.advance(0);
      for (int i = 0; i < recipes.size(); i++) {
        int index = i;
        Packet packet = together.packet(recipes.get(i), i);
        runner.submit(
            random.nextInt(instances.size()), packet, v -> together.note(index, packet, v));
        if (i < before || i >= before + atOnce - 1) {
          runner.drain();
        }
      }
      conflicts = runner.conflicts();
    }
    List<String> others = new ArrayList<>();
    int[] order = new int[atOnce];
    boolean found = tryOrders(function, recipes, before, order, 0, 0, together.outcome, others);
    assertThat(found)
        .as("seed %d: %s, alone:%n%s", seed, Arrays.toString(together.outcome), others)
        .isTrue();
    return conflicts;
  }

  /** All orders of the packets at once, depth first. */
  private static boolean tryOrders(
      IntFunction<NetworkFunction> function,
      List<Recipe> recipes,
      int before,
      int[] order,
      int chosen,
      int used,
      String[] wanted,
      List<String> others) {
    if (chosen == order.length) {
      String[] outcome = alone(function, recipes, before, order);
      others.add(Arrays.toString(outcome));
      return Arrays.equals(outcome, wanted);
    }
    for (int i = 0; i < order.length; i++) {
      if ((used & 1 << i) == 0) {
        order[chosen] = i;
        if (tryOrders(
            function, recipes, before, order, chosen + 1, used | 1 << i, wanted, others)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String[] alone(
      IntFunction<NetworkFunction> function, List<Recipe> recipes, int before, int[] order) {
    Story story = new Story(recipes.size());
    try (SequentialRunner runner = new SequentialRunner(function.apply(1))) {
      for (int i = 0; i < before; i++) {
        Packet packet = story.packet(recipes.get(i), i);
        story.note(i, packet, runner.run(packet));
      }
      // Those at once are made before any of them has an outcome.
      Packet[] atOnce = new Packet[order.length];
      for (int i = 0; i < order.length; i++) {
        atOnce[i] = story.packet(recipes.get(before + i), before + i);
      }
      for (int i : order) {
        story.note(before + i, atOnce[i], runner.run(atOnce[i]));
      }
      for (int i = before + order.length; i < recipes.size(); i++) {
        Packet packet = story.packet(recipes.get(i), i);
        story.note(i, packet, runner.run(packet));
      }
    }
    return story.outcome;
  }
}

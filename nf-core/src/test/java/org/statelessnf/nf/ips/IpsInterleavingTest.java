package org.statelessnf.nf.ips;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.InterleavedRunner;
import org.statelessnf.nf.testing.Orders;
import org.statelessnf.nf.testing.SequentialRunner;

/**
 * Packets that are under way at the same time in several instances come out as one instance could
 * have let them come out, had they come to it in some order.
 */
final class IpsInterleavingTest {
  private static final long SEED = 4_710;
  private static final int ROUNDS = 16;
  private static final RuleSet RULES =
      RuleSetTest.rules(
          "alert tcp any any -> any any (content:\"EVIL\"; sid:1;)",
          "alert tcp any any -> any any (content:\"AB\"; content:\"CD\"; distance:0; within:6; sid:2;)",
          "drop tcp any any -> any any (content:\"KILLER\"; sid:3;)");

  @Test
  void shouldComeOutAsFromOneInstance() {
    long conflicts = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      List<List<Packet>> windows = windows(random);
      Set<String> possible = new HashSet<>();
      sequences(windows, 0, new ArrayList<>(), possible);
      Map<Integer, Integer> alerts = new TreeMap<>();
      String[] verdicts = new String[count(windows)];
      try (InterleavedRunner runner =
          new InterleavedRunner(instances(3, alerts), SEED + round, 0)) {
        for (List<Packet> window : windows) {
          for (Packet packet : window) {
            int at = packet.tag();
            runner.submit(random.nextInt(3), packet, v -> verdicts[at] = v.toString());
          }
          runner.drain();
        }
        conflicts += runner.conflicts();
      }
      assertThat(possible)
          .as("seed %d, round %d", SEED, round)
          .contains(String.join(",", verdicts) + alerts);
    }
    assertThat(conflicts).isPositive();
  }

  @Test
  void shouldMissNoPatternAndTellNoneTwiceThoughInstancesDie() {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      Map<Integer, Integer> alerts = new TreeMap<>();
      int lost = 0;
      IpsCase c = new IpsCase(1, RULES); // makes the packets
      try (InterleavedRunner runner =
          new InterleavedRunner(instances(4, alerts), SEED + round, 0)) {
        String stream = "xxEVILxABxxCDxxEVILxABCDxEVIL";
        int alive = 4;
        for (int at = 0; at < stream.length(); ) {
          int length = Math.min(stream.length() - at, 1 + random.nextInt(5));
          Packet packet = c.tcp(true, IpsCase.ACK, 1000 + at, 1, stream.substring(at, at + length));
          boolean[] released = new boolean[1];
          int instance = runner.living();
          runner.submit(instance, packet, v -> released[0] = true);
          int steps = random.nextInt(12);
          for (int i = 0; i < steps; i++) {
            runner.step();
          }
          if (!released[0] && alive > 1 && random.nextInt(4) == 0) {
            runner.kill(instance);
            alive--;
            lost++;
          } else {
            runner.drain();
            at += length;
          }
        }
      }
      c.close();
      int told = alerts.getOrDefault(1, 0) + alerts.getOrDefault(2, 0);
      assertThat(told).as("seed %d, round %d", SEED, round).isBetween(5 - lost, 5);
    }
  }

  private static List<Ips> instances(int count, Map<Integer, Integer> alerts) {
    List<Ips> instances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      instances.add(new Ips(IpsConfig.of(RULES, a -> alerts.merge(a.sid(), 1, Integer::sum))));
    }
    return instances;
  }

  /** A connection, up to three of whose packets are under way at a time. */
  private static List<List<Packet>> windows(Random random) {
    List<List<Packet>> windows = new ArrayList<>();
    int tag = 0;
    try (IpsCase c = new IpsCase(1, RULES)) {
      windows.add(List.of(c.tcp(true, TcpHeader.SYN, 999, 0, "")));
      windows.add(List.of(c.tcp(false, TcpHeader.SYN | IpsCase.ACK, 4999, 1000, "")));
      String[] streams = {"xEVILABxxCDKILLERx", "ABCDEVILxKILLERxEV"};
      int[] at = new int[2];
      for (int w = 0; w < 2; w++) {
        List<Packet> window = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          int side = random.nextInt(3) == 0 ? 1 : 0;
          int from = Math.max(0, at[side] - (random.nextInt(4) == 0 ? 3 : 0));
          int to = Math.min(streams[side].length(), from + 1 + random.nextInt(5));
          at[side] = Math.max(at[side], to);
          String data = streams[side].substring(from, to);
          int sequence = (side == 0 ? 1000 : 5000) + from;
          window.add(c.tcp(side == 0, IpsCase.ACK, sequence, side == 0 ? 5000 : 1000, data));
        }
        windows.add(window);
      }
    }
    for (List<Packet> window : windows) {
      for (Packet packet : window) {
        packet.tag(tag++);
      }
    }
    return windows;
  }

  private static int count(List<List<Packet>> windows) {
    return windows.stream().mapToInt(List::size).sum();
  }

  /** What one instance makes of all orders that keep the windows apart. */
  private static void sequences(
      List<List<Packet>> windows, int index, List<Packet> before, Set<String> outcomes) {
    if (index == windows.size()) {
      outcomes.add(sequence(before));
      return;
    }
    for (List<Packet> order : Orders.of(windows.get(index))) {
      List<Packet> longer = new ArrayList<>(before);
      longer.addAll(order);
      sequences(windows, index + 1, longer, outcomes);
    }
  }

  private static String sequence(List<Packet> packets) {
    Map<Integer, Integer> alerts = new TreeMap<>();
    String[] verdicts = new String[packets.size()];
    try (SequentialRunner runner = new SequentialRunner(instances(1, alerts))) {
      for (Packet packet : packets) {
        verdicts[packet.tag()] = runner.run(packet).toString();
      }
    }
    return String.join(",", verdicts) + alerts;
  }
}

package org.statelessnf.nf.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.InterleavedRunner;
import org.statelessnf.nf.testing.Orders;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/**
 * Segments that are under way at the same time in several instances come out as one instance could
 * have let them out; and nothing held is lost or delivered twice when instances die.
 */
final class ReassemblyInterleavingTest {
  private static final long SEED = 9_293;
  private static final long START = 1_700_000_000_000_000_000L;

  @Test
  void shouldComeOutAsFromOneInstance() {
    long conflicts = 0;
    for (int round = 0; round < 30; round++) {
      Random random = new Random(SEED + round);
      List<Packet> begin = List.of(Lane.segment(999, Lane.SYN, "", START));
      List<List<Packet>> windows = new ArrayList<>(List.of(begin));
      int tag = 1;
      for (int w = 0; w < 2; w++) {
        List<Packet> window = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          int from = random.nextInt(5);
          int to = from + 1 + random.nextInt(3);
          String data = "abcdefgh".substring(from, to);
          int flags = to == 7 ? Lane.ACK | Lane.FIN : Lane.ACK;
          Packet packet = Lane.segment(1000 + from, flags, data, START + tag * 1_000_000L);
          packet.tag(tag++);
          window.add(packet);
        }
        windows.add(window);
      }
      Set<String> possible = new HashSet<>();
      sequences(windows, 0, new ArrayList<>(), possible);
      String[] outcomes = new String[tag];
      try (InterleavedRunner runner = new InterleavedRunner(instances(3), SEED + round, START)) {
        for (List<Packet> window : windows) {
          for (Packet packet : window) {
            runner.submit(
                random.nextInt(3), packet, v -> outcomes[packet.tag()] = outcome(packet, v));
          }
          runner.drain();
        }
        conflicts += runner.conflicts();
        runner.runOut();
        assertThat(runner.size(instances(1).getFirst().held())).isZero();
        assertThat(runner.size(instances(1).getFirst().streams())).isZero();
      }
      assertThat(possible).as("seed %d, round %d", SEED, round).contains(Arrays.toString(outcomes));
    }
    assertThat(conflicts).isPositive();
  }

  @Test
  void shouldLoseNothingHeldAndDeliverItOnceThoughInstancesDie() {
    int deaths = 0;
    for (int round = 0; round < 60; round++) {
      Random random = new Random(SEED + round);
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        order.add(i);
      }
      Collections.shuffle(order, random);
      int[] sent = new int[12];
      int[] came = new int[12];
      try (InterleavedRunner runner = new InterleavedRunner(instances(4), SEED + round, START)) {
        runner.submit(0, Lane.segment(999, Lane.SYN, "", START), v -> {});
        runner.drain();
        int alive = 4;
        for (int number : order) {
          int instance = runner.living();
          send(runner, instance, number, sent, came);
          for (int i = random.nextInt(14); i > 0; i--) {
            runner.step();
          }
          if (alive > 1 && random.nextInt(6) == 0) {
            runner.kill(instance);
            deaths++;
            alive--;
          }
        }
        runner.drain();
        // The sender sends again what did not come out; what was held for good may come by a timer.
        for (int number = 0; number < 12; number++) {
          if (came[number] == 0) {
            send(runner, runner.living(), number, sent, came);
            runner.drain();
          }
        }
        for (int number = 0; number < 12; number++) {
          assertThat(came[number])
              .as("seed %d, round %d, segment %d", SEED, round, number)
              .isBetween(1, sent[number]);
        }
        runner.runOut();
        assertThat(runner.size(instances(1).getFirst().held())).isZero();
        assertThat(runner.size(instances(1).getFirst().streams())).isZero();
      }
    }
    assertThat(deaths).isPositive();
  }

  private static void send(
      InterleavedRunner runner, int instance, int number, int[] sent, int[] came) {
    String data = String.valueOf((char) ('a' + number)).repeat(2);
    Packet packet = Lane.segment(1000 + 2 * number, Lane.ACK, data, START + ++sent[number]);
    runner.submit(
        instance,
        packet,
        v -> {
          if (v.passes()) {
            came[number]++;
          }
          for (Verdict.Frame frame : v.after()) {
            came[Lane.payload(FrameBuilder.packet(frame.bytes(), 0, true)).charAt(0) - 'a']++;
          }
        });
  }

  private static List<Reassembly> instances(int count) {
    List<Reassembly> instances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      instances.add(new Reassembly(ReassemblyConfig.defaults(), ReassemblyEvent.Sink.NONE));
    }
    return instances;
  }

  private static String outcome(Packet packet, Verdict verdict) {
    StringBuilder text = new StringBuilder(verdict.action().toString());
    text.append(' ').append(packet.timestampNanos() - START);
    for (Verdict.Frame frame : verdict.after()) {
      text.append(' ').append(Lane.payload(FrameBuilder.packet(frame.bytes(), 0, true)));
    }
    return text.toString();
  }

  private static void sequences(
      List<List<Packet>> windows, int index, List<Packet> before, Set<String> outcomes) {
    if (index == windows.size()) {
      String[] all = new String[before.size()];
      try (SequentialRunner runner = new SequentialRunner(instances(1))) {
        for (Packet packet : before) {
          all[packet.tag()] = outcome(packet, runner.run(packet));
        }
      }
      outcomes.add(Arrays.toString(all));
      return;
    }
    for (List<Packet> order : Orders.of(windows.get(index))) {
      List<Packet> longer = new ArrayList<>(before);
      longer.addAll(order);
      sequences(windows, index + 1, longer, outcomes);
    }
  }
}

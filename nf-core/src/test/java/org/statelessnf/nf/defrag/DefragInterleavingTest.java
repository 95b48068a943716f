package org.statelessnf.nf.defrag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
 * Fragments that are under way at the same time in several instances come out as one instance could
 * have let them out; and nothing held is lost or leaves twice when instances die.
 */
final class DefragInterleavingTest {
  private static final long SEED = 5_722;
  private static final int ID = 0x2345;

  private static Packet whole() {
    return Pieces.udp(false, 56, 1).build();
  }

  @Test
  void shouldComeOutAsFromOneInstance() {
    long conflicts = 0;
    Packet whole = whole();
    for (int round = 0; round < 30; round++) {
      Random random = new Random(SEED + round);
      List<Packet> pieces = new ArrayList<>(Pieces.cut(whole, 16, ID));
      int extra = random.nextInt(3);
      if (extra == 1) {
        pieces.add(FrameBuilder.reparsed(pieces.get(random.nextInt(4)), true));
      } else if (extra == 2) {
        pieces.add(Pieces.piece(whole, 8, 24, true, ID));
      }
      Set<String> possible = new HashSet<>();
      for (List<Packet> order : Orders.of(pieces)) {
        try (SequentialRunner runner = Pieces.runner()) {
          List<String> verdicts = new ArrayList<>(Collections.nCopies(pieces.size(), ""));
          for (Packet packet : order) {
            verdicts.set(index(pieces, packet), outcome(runner.run(packet)));
          }
          possible.add(verdicts.toString());
        }
      }
      List<String> verdicts = new ArrayList<>(Collections.nCopies(pieces.size(), ""));
      List<Defrag> instances = Pieces.instances(3, DefragConfig.defaults());
      try (InterleavedRunner runner =
          new InterleavedRunner(instances, SEED + round, Pieces.START)) {
        for (Packet packet : pieces) {
          int index = index(pieces, packet);
          runner.submit(random.nextInt(3), packet, v -> verdicts.set(index, outcome(v)));
        }
        runner.drain();
        conflicts += runner.conflicts();
        runner.runOut();
        assertThat(runner.size(instances.getFirst().datagrams())).isZero();
      }
      assertThat(possible).as("seed %d, round %d", SEED, round).contains(verdicts.toString());
    }
    assertThat(conflicts).isPositive();
  }

  @Test
  void shouldLoseNothingHeldAndLetItOutOnceThoughInstancesDie() {
    int deaths = 0;
    Packet whole = whole();
    byte[] expected = Pieces.expected(whole, ID);
    for (int round = 0; round < 100; round++) {
      Random random = new Random(SEED + round);
      List<Packet> pieces = new ArrayList<>(Pieces.cut(whole, 8, ID));
      Collections.shuffle(pieces, random);
      boolean[] settled = new boolean[pieces.size()];
      int[] out = new int[1];
      List<Defrag> instances = Pieces.instances(4, DefragConfig.defaults());
      try (InterleavedRunner runner =
          new InterleavedRunner(instances, SEED + round, Pieces.START)) {
        int alive = 4;
        for (int i = 0; i < pieces.size(); i++) {
          int instance = runner.living();
          submit(runner, instance, pieces.get(i), settled, i, out, expected);
          for (int steps = random.nextInt(14); steps > 0; steps--) {
            runner.step();
          }
          if (alive > 1 && random.nextInt(5) == 0) {
            runner.kill(instance);
            deaths++;
            alive--;
          }
        }
        runner.drain();
        boolean anyLost = false;
        for (boolean done : settled) {
          anyLost |= !done;
        }
        assertThat(out[0]).as("seed %d, round %d", SEED, round).isLessThanOrEqualTo(1);
        if (!anyLost) {
          assertThat(out[0]).as("seed %d, round %d", SEED, round).isEqualTo(1);
        }
        runner.runOut();
        assertThat(runner.size(instances.getFirst().datagrams())).isZero();
      }
    }
    assertThat(deaths).isPositive();
  }

  private static void submit(
      InterleavedRunner runner,
      int instance,
      Packet packet,
      boolean[] settled,
      int index,
      int[] out,
      byte[] expected) {
    runner.submit(
        instance,
        packet,
        v -> {
          settled[index] = true;
          assertThat(v.action()).isEqualTo(Verdict.Action.HOLD);
          for (Verdict.Frame frame : v.before()) {
            assertThat(frame.bytes()).isEqualTo(expected);
            out[0]++;
          }
          for (Verdict.Frame frame : v.after()) {
            assertThat(frame.bytes()).isEqualTo(expected);
            out[0]++;
          }
        });
  }

  /** By identity: packets may be alike. */
  private static int index(List<Packet> packets, Packet packet) {
    for (int i = 0; i < packets.size(); i++) {
      if (packets.get(i) == packet) {
        return i;
      }
    }
    throw new AssertionError("another packet");
  }

  private static String outcome(Verdict verdict) {
    return verdict + " " + (verdict.before().size() + verdict.after().size());
  }
}

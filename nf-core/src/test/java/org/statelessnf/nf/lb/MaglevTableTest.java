package org.statelessnf.nf.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Properties that Maglev's table is chosen for (NSDI 2016, sections 3.4 and 5.3). */
class MaglevTableTest {
  private static final int FLOWS = 200_000;

  private static List<Endpoint> backends(int count) {
    List<Endpoint> backends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      backends.add(Endpoint.parse("10.1." + i / 250 + "." + (i % 250 + 1) + ":80"));
    }
    return backends;
  }

  @Test
  void shouldGiveEveryBackEndNearlyTheSameShare() {
    MaglevTable table = new MaglevTable(backends(50));
    Map<Endpoint, Integer> shares = new HashMap<>();
    for (long flow = 0; flow < FLOWS; flow++) {
      shares.merge(table.pick(flow), 1, Integer::sum);
    }
    assertThat(shares).hasSize(50);
    int fair = FLOWS / 50;
    assertThat(shares.values())
        .allSatisfy(n -> assertThat(n).isBetween(fair * 9 / 10, fair * 11 / 10));
  }

  @Test
  void shouldMoveFewFlowsOfTheOthersWhenOneBackEndGoes() {
    List<Endpoint> before = backends(20);
    List<Endpoint> after = new ArrayList<>(before);
    Endpoint gone = after.remove(7);
    MaglevTable old = new MaglevTable(before);
    MaglevTable now = new MaglevTable(after);
    int moved = 0;
    for (long flow = 0; flow < FLOWS; flow++) {
      Endpoint was = old.pick(flow);
      if (!was.equals(gone) && !was.equals(now.pick(flow))) {
        moved++;
      }
    }
    assertThat(moved).isLessThan(FLOWS / 20);
  }

  @Test
  void shouldPickAlikeInEveryInstance() {
    MaglevTable one = new MaglevTable(backends(5));
    MaglevTable other = new MaglevTable(backends(5));
    for (long flow = 0; flow < 1000; flow++) {
      assertThat(one.pick(flow)).isEqualTo(other.pick(flow));
    }
  }
}

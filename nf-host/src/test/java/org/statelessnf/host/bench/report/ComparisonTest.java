package org.statelessnf.host.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.statelessnf.host.bench.report.Comparison.Change;
import org.statelessnf.host.bench.report.Comparison.Verdict;
import org.statelessnf.host.bench.report.FilterReport.Rate;

class ComparisonTest {
  private static Change find(Comparison comparison, String store, String subject, String measure) {
    return comparison.changes().stream()
        .filter(change ->
            change.store().equals(store)
                && change.subject().equals(subject)
                && change.measure().equals(measure))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldFindNothingWhereNothingChanged() {
    Comparison comparison = Comparison.of(Samples.report(1), Samples.report(1));
    assertThat(comparison.changes())
        .isNotEmpty()
        .allMatch(change -> change.verdict() == Verdict.SAME && change.ratio() == 1);
    assertThat(comparison.missing()).isEmpty();
    assertThat(comparison.differences()).isEmpty();
    assertThat(comparison.table()).contains("0 better, 0 worse").doesNotContain("WORSE");
  }

  @Test
  void shouldMarkWhatChanceWouldSeldomDo() {
    Comparison comparison = Comparison.of(Samples.report(1), Samples.report(1.2));
    Change read = find(comparison, "one:", "read", "p99");
    assertThat(read.ratio()).isCloseTo(1.2, within(0.01));
    assertThat(read.chance()).isCloseTo(2 / 252.0, within(1e-9));
    assertThat(read.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(find(comparison, "one:", "read", "8 in flight").verdict()).isEqualTo(Verdict.WORSE);
    assertThat(find(comparison, "one:", "firewall, long flows", "packets").verdict())
        .isEqualTo(Verdict.WORSE);
    assertThat(comparison.changes())
        .filteredOn(change -> change.store().startsWith("two:"))
        .isNotEmpty()
        .allMatch(change -> change.verdict() == Verdict.SAME);
    assertThat(comparison.table())
        .containsPattern("read +one: +p99 +990.2 µs +1.2 ms +1.20 +WORSE +0.008");

    Comparison back = Comparison.of(Samples.report(1.2), Samples.report(1));
    assertThat(find(back, "one:", "read", "p99").verdict()).isEqualTo(Verdict.BETTER);
    assertThat(back.count(Verdict.BETTER)).isEqualTo(comparison.count(Verdict.WORSE));
    assertThat(back.count(Verdict.WORSE)).isZero();
  }

  @Test
  void shouldNotMarkWhatIsSmallOrWithinTheRounds() {
    // 4 % apart, and all rounds of one beyond all of the other: too small to matter.
    assertThat(verdict(List.of(100.0, 100.1, 100.2, 100.3, 100.4), 1.04)).isEqualTo(Verdict.SAME);
    assertThat(verdict(List.of(100.0, 100.1, 100.2, 100.3, 100.4), 1.06)).isEqualTo(Verdict.WORSE);
    // 10 % apart, but the rounds are wide.
    assertThat(verdict(List.of(80.0, 90.0, 100.0, 110.0, 120.0), 1.1)).isEqualTo(Verdict.SAME);
    // Three rounds cannot tell.
    assertThat(verdict(List.of(99.0, 100.0, 101.0), 2)).isEqualTo(Verdict.SAME);
  }

  private static Verdict verdict(List<Double> rounds, double factor) {
    Comparison comparison =
        Comparison.of(
            withP50(rounds), withP50(rounds.stream().map(value -> value * factor).toList()));
    return find(comparison, "one:", "read", "p50").verdict();
  }

  private static BenchReport withP50(List<Double> rounds) {
    BenchReport all = Samples.report(1);
    StoreReport store = all.stores().getFirst();
    StoreReport.OperationReport read = store.operations().getFirst();
    StoreReport.LatencyReport latency =
        new StoreReport.LatencyReport(1, 1, 0, Samples.even(1), Samples.even(1), rounds, rounds);
    return new BenchReport(
        all.format(),
        all.setting(),
        List.of(
            new StoreReport(
                store.store(),
                store.description(),
                store.capabilities(),
                List.of(
                    new StoreReport.OperationReport(
                        read.operation(), 1, null, latency, List.of(), read.failures())),
                null)),
        List.of());
  }

  @Test
  void shouldTellWhatCannotBeCompared() {
    BenchReport all = Samples.report(1);
    BenchReport fewer =
        new BenchReport(all.format(), all.setting(), List.of(all.stores().getFirst()), List.of());
    Comparison comparison = Comparison.of(fewer, all);
    assertThat(comparison.missing())
        .contains("only in the new one: two:?a=<b>, read, p50")
        .allMatch(line -> line.startsWith("only in the new one: "));
    assertThat(Comparison.of(all, fewer).missing())
        .allMatch(line -> line.startsWith("only in the old one: "));
    assertThat(Comparison.warning(all, all)).isEmpty();
  }

  @Test
  void shouldSayFromWhichShareOfMissesAFilterPays() {
    FilterReport pays = Samples.filter(1);
    assertThat(pays.missRatio()).isEqualTo(2);
    assertThat(pays.hitRatio()).isEqualTo(0.8);
    // A miss wins 0.5 ms, a hit loses 0.25 ms: even at one third.
    assertThat(pays.paysFrom()).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(pays.advice()).isEqualTo("pays where more than 33 % of lookups miss");
    Rate quick = pays.missFiltered();
    Rate slow = pays.missPlain();
    FilterReport never = new FilterReport(100, 1, quick, slow, quick, slow, 0.01);
    assertThat(never.paysFrom()).isNull();
    assertThat(never.advice()).startsWith("never pays");
    Rate unsteady = Rate.of(List.of(900.0, 5_000.0, 2_000.0, 1_900.0, 2_100.0));
    FilterReport perhaps =
        new FilterReport(100, 1, slow, unsteady, pays.hitPlain(), pays.hitFiltered(), 0.01);
    assertThat(perhaps.advice())
        .isEqualTo("pays, if at all, where more than 33 % of lookups miss: not beyond chance");
  }
}

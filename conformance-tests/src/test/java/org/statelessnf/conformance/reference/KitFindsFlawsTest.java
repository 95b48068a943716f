package org.statelessnf.conformance.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.statelessnf.conformance.ConformanceListener;
import org.statelessnf.conformance.ConformanceOptions;
import org.statelessnf.conformance.ConformanceRunner;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.report.ConformanceResult;
import org.statelessnf.conformance.report.RuleResult;
import org.statelessnf.store.Feature;
import org.statelessnf.store.StateStore;

/**
 * The kit tests itself: each deliberately broken store must fail the rule that it breaks, by name.
 * That the unbroken one passes all of them is what {@link ReferenceStoreConformanceTest} says.
 */
class KitFindsFlawsTest {
  private final Map<String, Supplier<StateStore>> flaws = new TreeMap<>();

  KitFindsFlawsTest() {
    engine("L03 lost update", BrokenRecords::lostUpdate);
    engine("L01 lost update", BrokenRecords::lostUpdate);
    engine("A06 lost increment", BrokenRecords::lostIncrement);
    engine("L01 lost increment", BrokenRecords::lostIncrement);
    engine("L01 stale read", BrokenRecords::staleRead);
    engine("L01 torn value", BrokenRecords::tornValue);
    engine("V10 reused version", BrokenRecords::reusedVersion);
    engine("L01 reused version", BrokenRecords::reusedVersion);
    engine("V03 mismatch with a wrong version", BrokenRecords::wrongMismatch);
    engine("B03 torn batch, reversed", BrokenRecords::reversedBatch);
    engine("B12 torn batch, reversed", BrokenRecords::reversedBatch);
    engine("B01 torn batch, swapped answers", BrokenRecords::swappedAnswers);
    engine("B02 torn batch, swapped answers", BrokenRecords::swappedAnswers);
    engine("K11 cross-namespace leak", BrokenRecords::namespaceLeak);
    engine("K04 empty value taken for no record", BrokenRecords::emptyIsAbsent);
    engine("E01 time-to-live too short", () -> BrokenRecords.ttl(0.8));
    engine("E01 time-to-live too long", () -> BrokenRecords.ttl(5));
    engine("E02 time-to-live refreshed by reads", BrokenRecords::readsRefresh);
    engine("T02 early timer", BrokenExtras::earlyTimer);
    engine("T20 timer fired twice", BrokenExtras::timerFiredTwice);
    engine("T07 lease that never runs out", BrokenExtras::endlessLease);
    engine("T05 fencing number ignored", BrokenExtras::fenceIgnored);
    engine("F04 filter with false negatives", BrokenExtras::falseNegatives);
    engine("F03 filter with too many false positives", BrokenExtras::falsePositives);
    engine("F06 filter that drops generations early", BrokenExtras::eagerRotation);
    engine("S02 scan that leaves records out", BrokenExtras::incompleteScan);
    flaws.put("O01 operation that never returns", BrokenStores::neverReturns);
    flaws.put("O02 UNAVAILABLE though applied", BrokenStores::unavailableThoughApplied);
    flaws.put("C01 leaked session", BrokenStores::leakedSession);
    flaws.put("V01 leaked session, noticed by every test", BrokenStores::leakedSession);
    flaws.put("C05 leaked thread", BrokenStores::leakedThread);
    flaws.put("A08 undeclared increment", () -> BrokenStores.undeclared(Feature.INCREMENT));
    flaws.put("E10 undeclared expiry", () -> BrokenStores.undeclared(Feature.IDLE_TTL));
    flaws.put("T13 undeclared timers", () -> BrokenStores.undeclared(Feature.TIMERS));
    flaws.put("F09 undeclared filter", () -> BrokenStores.undeclared(Feature.FILTER));
    flaws.put("S05 undeclared scan", () -> BrokenStores.undeclared(Feature.SCAN));
    flaws.put("V13 undeclared value", () -> BrokenStores.undeclared(Feature.MISMATCH_VALUE));
  }

  private void engine(String name, Supplier<Engine> broken) {
    flaws.put(name, () -> ReferenceStore.open(broken.get()));
  }

  @TestFactory
  Stream<DynamicTest> shouldFindTheFlaw() {
    return flaws.entrySet().stream()
        .map(flaw ->
            DynamicTest.dynamicTest(
                flaw.getKey(), () -> requireFound(flaw.getKey(), flaw.getValue()::get)));
  }

  static void requireFound(String name, StoreFixture fixture) throws IOException {
    String rule = name.substring(0, 3);
    ConformanceResult result =
        ConformanceRunner.run(
            fixture,
            null,
            ConformanceListener.NONE,
            ConformanceOptions.defaults()
                .withRules(rule)
                .withScale(0.2)
                .withHangLimit(Duration.ofSeconds(name.contains("never") ? 4 : 120)));
    assertThat(result.rules()).hasSize(1);
    RuleResult only = result.rules().getFirst();
    assertThat(only.status()).as(name + ": " + only.reason()).isEqualTo(RuleResult.Status.FAILED);
    assertThat(only.reason()).startsWith(rule + ": ");
    assertThat(result.passed()).isFalse();
  }
}

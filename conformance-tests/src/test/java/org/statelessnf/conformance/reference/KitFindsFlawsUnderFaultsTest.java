package org.statelessnf.conformance.reference;

import static org.statelessnf.conformance.reference.KitFindsFlawsTest.requireFound;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.statelessnf.conformance.kit.StoreFixture;

/** Flaws that show only among processes, or when the store is hurt. */
class KitFindsFlawsUnderFaultsTest {
  private static final int RUNS = 4;

  /** What a run meets is chance: on a busy machine it may hold few operations at the fault. */
  private static void requireFoundSoon(String rule, Broken broken) throws IOException {
    for (int run = 1; run < RUNS; run++) {
      try {
        requireFound(rule, broken.open());
        return;
      } catch (AssertionError e) {
        System.out.println(rule + " was not found in run " + run + ": " + e.getMessage());
      }
    }
    requireFound(rule, broken.open());
  }

  /** A store with a flaw. */
  private interface Broken {
    StoreFixture open() throws IOException;
  }

  @Test
  void shouldFindWritesThatWereAppliedThoughTheirAnswerIsUnavailable() throws IOException {
    requireFoundSoon(
        "O14", () -> ReferenceServerFixture.withClientFlaw("unavailableThoughApplied"));
  }

  @Test
  void shouldFindLateAnswersTakenForThoseOfOtherBatches() throws IOException {
    requireFoundSoon("O15", () -> ReferenceServerFixture.withClientFlaw("answersByOrder"));
  }

  @Test
  void shouldFindVersionsThatStartAgainAfterAKill() throws IOException {
    requireFoundSoon("O11", () -> ReferenceServerFixture.withServerFlaw("versionsFromOne"));
  }

  @Test
  void shouldFindRecordsThatAreDeclaredDurableButLost() throws IOException {
    requireFoundSoon("O11", () -> ReferenceServerFixture.forgetful());
  }

  @Test
  void shouldFindTimersThatAreDeclaredDurableButLost() throws IOException {
    requireFoundSoon("T31", () -> ReferenceServerFixture.forgetful());
  }

  @Test
  void shouldFindFilterAdditionsThatAreDeclaredDurableButLost() throws IOException {
    requireFoundSoon("F11", () -> ReferenceServerFixture.forgetful());
  }

  @Test
  void shouldFindLostUpdatesAmongProcesses() throws IOException {
    requireFoundSoon("L06", () -> ReferenceServerFixture.withServerFlaw("lostUpdate"));
    requireFoundSoon("L02", () -> ReferenceServerFixture.withServerFlaw("lostUpdate"));
  }

  @Test
  void shouldFindTimersDeliveredToTwoProcesses() throws IOException {
    requireFoundSoon("T21", () -> ReferenceServerFixture.withServerFlaw("timerFiredTwice"));
  }

  @Test
  void shouldFindFalseNegativesAmongProcesses() throws IOException {
    requireFoundSoon("F05", () -> ReferenceServerFixture.withServerFlaw("falseNegatives"));
  }
}

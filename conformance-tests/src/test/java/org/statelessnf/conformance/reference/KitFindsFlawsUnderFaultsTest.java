package org.statelessnf.conformance.reference;

import static org.statelessnf.conformance.reference.KitFindsFlawsTest.requireFound;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Flaws that show only among processes, or when the store is hurt. */
class KitFindsFlawsUnderFaultsTest {
  @Test
  void shouldFindWritesThatWereAppliedThoughTheirAnswerIsUnavailable() throws IOException {
    requireFound("O14", ReferenceServerFixture.withClientFlaw("unavailableThoughApplied"));
  }

  @Test
  void shouldFindLateAnswersTakenForThoseOfOtherBatches() throws IOException {
    requireFound("O15", ReferenceServerFixture.withClientFlaw("answersByOrder"));
  }

  @Test
  void shouldFindVersionsThatStartAgainAfterAKill() throws IOException {
    requireFound("O11", ReferenceServerFixture.withServerFlaw("versionsFromOne"));
  }

  @Test
  void shouldFindRecordsThatAreDeclaredDurableButLost() throws IOException {
    requireFound("O11", ReferenceServerFixture.forgetful());
  }

  @Test
  void shouldFindTimersThatAreDeclaredDurableButLost() throws IOException {
    requireFound("T31", ReferenceServerFixture.forgetful());
  }

  @Test
  void shouldFindFilterAdditionsThatAreDeclaredDurableButLost() throws IOException {
    requireFound("F11", ReferenceServerFixture.forgetful());
  }

  @Test
  void shouldFindLostUpdatesAmongProcesses() throws IOException {
    requireFound("L06", ReferenceServerFixture.withServerFlaw("lostUpdate"));
    requireFound("L02", ReferenceServerFixture.withServerFlaw("lostUpdate"));
  }

  @Test
  void shouldFindTimersDeliveredToTwoProcesses() throws IOException {
    requireFound("T21", ReferenceServerFixture.withServerFlaw("timerFiredTwice"));
  }

  @Test
  void shouldFindFalseNegativesAmongProcesses() throws IOException {
    requireFound("F05", ReferenceServerFixture.withServerFlaw("falseNegatives"));
  }
}

package org.statelessnf.conformance.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.conformance.history.Operation.NEVER;
import static org.statelessnf.conformance.history.Operation.NOTHING;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/** The checker accepts what is linearizable and rejects what is not, with a reason. */
class LinearizabilityCheckerTest {
  private final List<Operation> history = new ArrayList<>();

  // --- hand-made histories: times are invoke and complete ---

  @Test
  void shouldAcceptSequentialWritesAndReads() {
    readAbsent(0, 1);
    put(2, 3, 10, 100);
    read(4, 5, 10, 100);
    putIf(6, 7, 10, 11, 101);
    read(8, 9, 11, 101);
    mismatch(10, 11, 10, 102, 11);
    remove(12, 13);
    readAbsent(14, 15);
    create(16, 17, 12, 103);
    read(18, 19, 12, 103);
    assertAccepted();
  }

  @Test
  void shouldAcceptReadsOfEitherValueDuringAWrite() {
    put(0, 1, 10, 100);
    put(2, 20, 11, 101);
    read(3, 4, 10, 100);
    read(5, 6, 11, 101);
    assertAccepted();
  }

  @Test
  void shouldAcceptConcurrentWritesInEitherOrder() {
    put(0, 10, 10, 100);
    put(0, 10, 11, 101);
    read(11, 12, 10, 100);
    assertAccepted();
    history.removeLast();
    read(11, 12, 11, 101);
    assertAccepted();
  }

  @Test
  void shouldRejectLostUpdate() {
    put(0, 1, 10, 100);
    putIf(2, 5, 10, 11, 101);
    putIf(3, 6, 10, 12, 102);
    assertRejected("lost update", 2);
  }

  @Test
  void shouldRejectLostUpdateOfCreations() {
    create(0, 5, 10, 100);
    create(1, 6, 11, 101);
    assertRejected("created", 2);
  }

  @Test
  void shouldRejectStaleRead() {
    put(0, 1, 10, 100);
    putIf(2, 3, 10, 11, 101);
    read(4, 5, 10, 100);
    assertRejected("stale read", 3);
  }

  @Test
  void shouldRejectStaleReadAfterUnconditionalWrite() {
    put(0, 1, 10, 100);
    put(2, 3, 11, 101);
    read(4, 5, 10, 100);
    assertRejected("", 3);
  }

  @Test
  void shouldRejectStaleMismatch() {
    put(0, 1, 10, 100);
    putIf(2, 3, 10, 11, 101);
    mismatch(4, 5, 9, 102, 10);
    assertRejected("stale read", 3);
  }

  @Test
  void shouldRejectReusedVersion() {
    put(0, 1, 10, 100);
    remove(2, 3);
    put(4, 5, 10, 101);
    assertRejected("given to two writes", 2);
  }

  @Test
  void shouldRejectReadsThatGoBack() {
    put(0, 1, 10, 100);
    put(2, 30, 11, 101); // still going on during the reads
    read(3, 4, 11, 101);
    read(5, 6, 10, 100);
    assertRejected("", 4);
  }

  @Test
  void shouldRejectVersionOutOfNowhere() {
    put(0, 1, 10, 100);
    read(2, 3, 99, 100);
    assertRejected("never written", 1);
  }

  @Test
  void shouldRejectValueOfAnotherWrite() {
    put(0, 1, 10, 100);
    put(2, 3, 11, 101);
    read(4, 5, 11, 100);
    assertRejected("did not write", 2);
  }

  @Test
  void shouldRejectReadFromTheFuture() {
    read(0, 1, 10, 100);
    put(2, 3, 10, 100);
    assertRejected("before the write", 2);
  }

  @Test
  void shouldRejectAbsenceAfterCreation() {
    put(0, 1, 10, 100);
    readAbsent(2, 3);
    read(4, 5, 10, 100);
    assertRejected("", 4);
  }

  @Test
  void shouldRejectResurrection() {
    put(0, 1, 10, 100);
    remove(2, 3);
    read(4, 5, 10, 100);
    assertRejected("", 3);
  }

  @Test
  void shouldRejectAbsenceBetweenReadsWithoutARemove() {
    put(0, 1, 10, 100);
    remove(2, 3);
    create(4, 5, 11, 101);
    readAbsent(6, 7);
    read(8, 9, 11, 101);
    assertRejected("no order", 5);
  }

  @Test
  void shouldRejectRemoveOfNothing() {
    readAbsent(0, 1);
    remove(2, 3);
    assertRejected("no order", 2);
  }

  @Test
  void shouldRejectFailedWriteThatIsSeen() {
    put(0, 1, 10, 100);
    add(Op.PUT, Outcome.UNAVAILABLE, 2, 3, 0, 101, 0, NOTHING);
    read(4, 5, 11, 101);
    assertRejected("UNAVAILABLE", 2);
  }

  @Test
  void shouldAcceptFailedWriteThatIsNotSeen() {
    put(0, 1, 10, 100);
    add(Op.PUT, Outcome.UNAVAILABLE, 2, 3, 0, 101, 0, NOTHING);
    read(4, 5, 10, 100);
    assertAccepted();
  }

  @Test
  void shouldAcceptUnknownWriteSeenOrNot() {
    put(0, 1, 10, 100);
    add(Op.PUT, Outcome.UNKNOWN, 2, NEVER, 0, 101, 0, NOTHING);
    read(4, 5, 10, 100);
    assertAccepted();
    read(6, 7, 11, 101);
    assertAccepted();
    read(8, 9, 10, 100);
    assertRejected("", 6);
  }

  @Test
  void shouldRejectUnknownWriteSeenBeforeItWasInvoked() {
    read(0, 1, 11, 101);
    add(Op.PUT, Outcome.UNKNOWN, 2, NEVER, 0, 101, 0, NOTHING);
    assertRejected("before the write", 2);
  }

  @Test
  void shouldAcceptRemoveThatOnlyAnUnknownWriteExplains() {
    add(Op.PUT, Outcome.UNKNOWN, 0, NEVER, 0, 101, 0, NOTHING);
    readAbsent(1, 2);
    remove(3, 4);
    readAbsent(5, 6);
    assertAccepted();
    remove(7, 8);
    assertRejected("no order", 5);
  }

  @Test
  void shouldAcceptAbsenceThatOnlyAnUnknownRemoveExplains() {
    put(0, 1, 10, 100);
    add(Op.REMOVE, Outcome.UNKNOWN, 2, NEVER, 0, 0, 0, NOTHING);
    read(3, 4, 10, 100);
    readAbsent(5, 6);
    assertAccepted();
    read(7, 8, 10, 100);
    assertRejected("", 5);
  }

  @Test
  void shouldRejectLostIncrement() {
    increment(0, 5, 1, 10, 1);
    increment(1, 6, 1, 11, 1);
    assertRejected("two increments", 2);
  }

  @Test
  void shouldRejectIncrementWithAGap() {
    increment(0, 1, 1, 10, 1);
    increment(2, 3, 1, 11, 3);
    assertRejected("no write left", 1);
  }

  @Test
  void shouldAcceptGapThatAnUnknownIncrementExplains() {
    increment(0, 1, 1, 10, 1);
    add(Op.INCREMENT, Outcome.UNKNOWN, 2, NEVER, 0, 1, 0, NOTHING);
    increment(4, 5, 1, 11, 3);
    read(6, 7, 11, 3);
    assertAccepted();
    increment(8, 9, 1, 12, 5);
    assertRejected("no order", 4);
  }

  @Test
  void shouldAcceptUnknownIncrementSeenByItsValueOnly() {
    increment(0, 1, 5, 10, 5);
    add(Op.INCREMENT, Outcome.UNKNOWN, 2, NEVER, 0, 3, 0, NOTHING);
    read(4, 5, 77, 8);
    putIf(6, 7, 77, 11, 100);
    assertAccepted();
  }

  @Test
  void shouldCheckEachKeyAlone() {
    put(0, 1, 10, 100);
    Operation other = history.getFirst();
    history.add(
        new Operation(1, 2, Op.READ, Outcome.OK, 5, 6, 0, 0, other.version(), other.written()));
    assertRejected("never written", 1);
  }

  // --- random histories ---

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void shouldAcceptRandomLinearizableHistories(int bits) {
    Histories.Mix mix = mix(bits);
    for (int seed = 0; seed < 400; seed++) {
      List<Operation> made = Histories.linearizable(new Random(seed), 60, mix);
      Collections.shuffle(made, new Random(seed));
      Verdict verdict = LinearizabilityChecker.check(made);
      assertThat(verdict.kind()).as("seed %d: %s", seed, verdict).isEqualTo(Verdict.Kind.ACCEPTED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void shouldAgreeWithTheSearchOnMutatedHistories(int bits) {
    int rejected = 0;
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      List<Operation> made = Histories.linearizable(random, 24, mix(bits));
      Mutation.mutate(made, random);
      Verdict verdict = LinearizabilityChecker.check(made);
      boolean exists = BruteForce.isLinearizable(made);
      assertThat(verdict.isRejected()).as("seed %d: %s", seed, verdict).isEqualTo(!exists);
      rejected += verdict.isRejected() ? 1 : 0;
    }
    assertThat(rejected).as("mutations that matter").isGreaterThan(80);
  }

  @Test
  void shouldDecideLongHistoriesInAboutLinearTime() {
    // A hang guard rather than a measurement: quadratic work would take minutes.
    for (int bits : new int[] {0, 1, 2, 3}) {
      List<Operation> made = Histories.linearizable(new Random(bits), 100_000, mix(bits));
      assertThat(LinearizabilityChecker.check(made).kind()).isEqualTo(Verdict.Kind.ACCEPTED);
    }
  }

  private static Histories.Mix mix(int bits) {
    return new Histories.Mix((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
  }

  private void assertAccepted() {
    assertThat(LinearizabilityChecker.check(history)).hasToString("linearizable");
  }

  private void assertRejected(String reason, int atMost) {
    Verdict verdict = LinearizabilityChecker.check(history);
    assertThat(verdict.isRejected()).as(verdict.toString()).isTrue();
    assertThat(verdict.reason()).contains(reason);
    assertThat(verdict.offending()).isNotEmpty().hasSizeLessThanOrEqualTo(atMost);
  }

  private void read(long invoke, long complete, long version, long tag) {
    add(Op.READ, Outcome.OK, invoke, complete, 0, 0, version, tag);
  }

  private void readAbsent(long invoke, long complete) {
    add(Op.READ, Outcome.ABSENT, invoke, complete, 0, 0, 0, NOTHING);
  }

  private void put(long invoke, long complete, long version, long tag) {
    add(Op.PUT, Outcome.OK, invoke, complete, 0, tag, version, NOTHING);
  }

  private void create(long invoke, long complete, long version, long tag) {
    add(Op.PUT_IF_ABSENT, Outcome.OK, invoke, complete, 0, tag, version, NOTHING);
  }

  private void putIf(long invoke, long complete, long expected, long version, long tag) {
    add(Op.PUT_IF_VERSION, Outcome.OK, invoke, complete, expected, tag, version, NOTHING);
  }

  private void mismatch(long invoke, long complete, long expected, long tag, long current) {
    add(Op.PUT_IF_VERSION, Outcome.MISMATCH, invoke, complete, expected, tag, current, NOTHING);
  }

  private void remove(long invoke, long complete) {
    add(Op.REMOVE, Outcome.OK, invoke, complete, 0, 0, 0, NOTHING);
  }

  private void increment(long invoke, long complete, long delta, long version, long counter) {
    add(Op.INCREMENT, Outcome.OK, invoke, complete, 0, delta, version, counter);
  }

  private void add(
      Op op,
      Outcome outcome,
      long invoke,
      long complete,
      long expected,
      long written,
      long version,
      long seen) {
    history.add(
        new Operation(
            history.size(), 1, op, outcome, invoke, complete, expected, written, version, seen));
  }
}

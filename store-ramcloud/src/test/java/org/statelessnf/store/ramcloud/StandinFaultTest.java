package org.statelessnf.store.ramcloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/** What the library may do to a session, and what the session makes of it. */
class StandinFaultTest {
  private static final long PATIENT = TimeUnit.SECONDS.toNanos(60);
  private static final long IMPATIENT = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int NOTICED_MILLIS = 500; // more than a call takes that was not repeated
  private static final MemorySegment KEY = MemorySegment.ofArray("key".getBytes(UTF_8));
  private static final MemorySegment VALUE = MemorySegment.ofArray("some value".getBytes(UTF_8));

  private Standin standin;
  private StateStore store;
  private StoreSession session;
  private Table table;

  @BeforeEach
  void open() throws IOException {
    standin = new Standin();
    store = standin.open("&timeout=60s&connectTimeout=60s&replaceAfter=1ms");
    session = store.openSession();
    table = store.table(TableSpec.of("t", 16, 64));
  }

  @AfterEach
  void closeAndCheck() throws IOException {
    standin.set(Standin.BLOCKED, 0);
    store.close();
    await(() -> standin.get(Standin.CLIENTS) == 0);
    assertThat(standin.get(Standin.MISUSE)).isZero();
    assertThat(standin.get(Standin.SCANS)).isZero();
    standin.close();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) { // a guard of the build ends it if it never comes true
      LockSupport.parkNanos(1_000_000);
    }
  }

  private WriteBatch batch() {
    return session.newWriteBatch(8);
  }

  private void put(WriteBatch batch) {
    batch.put(table, KEY, 0, 3, VALUE, 0, 10);
  }

  private WriteBatch run(WriteBatch batch) {
    session.submit(batch, PATIENT);
    session.await(batch);
    return batch;
  }

  private ReadBatch read() {
    ReadBatch batch = session.newReadBatch(1);
    batch.add(table, KEY, 0, 3);
    session.submit(batch, PATIENT);
    session.await(batch);
    return batch;
  }

  private long create() {
    WriteBatch batch = batch();
    put(batch);
    run(batch);
    assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
    return batch.version(0);
  }

  private void loseReply(int noticedMillis, int stolen) {
    standin.set(Standin.LOST_MILLIS, noticedMillis);
    standin.set(Standin.STOLEN, stolen);
    standin.set(Standin.LOST, 1);
  }

  // --- a reply is lost, and the library sends the request once more ---

  @ParameterizedTest
  @ValueSource(ints = {0, NOTICED_MILLIS})
  void shouldRecognizeItsOwnWrites(int noticedMillis) {
    long version = create();
    WriteBatch batch = batch();
    batch.putIfVersion(table, KEY, 0, 3, VALUE, 0, 4, version);
    batch.putIfAbsent(table, MemorySegment.ofArray(new byte[] {1}), 0, 1, VALUE, 0, 5);
    batch.put(table, MemorySegment.ofArray(new byte[] {2}), 0, 1, VALUE, 0, 6);
    loseReply(noticedMillis, 0);
    run(batch);
    assertThat(standin.get(Standin.LOST)).isZero();
    assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
    assertThat(batch.outcome(1)).isEqualTo(Outcome.OK);
    assertThat(batch.outcome(2)).isEqualTo(Outcome.OK);
    ReadBatch read = read();
    assertThat(read.version(0)).isEqualTo(batch.version(0)).isEqualTo(version + 1);
    assertThat(read.value(0)).isEqualTo("some".getBytes(UTF_8));
  }

  /** Adds two records that nobody else writes: so many changes leave in one multi-operation. */
  private void addOthers(WriteBatch batch) {
    for (byte i = 1; i <= 2; i++) {
      batch.put(table, MemorySegment.ofArray(new byte[] {i}), 0, 1, VALUE, 0, 5);
    }
  }

  @Test
  void shouldNotKnowWhatSomebodyElseHasOverwritten() {
    long version = create();
    WriteBatch batch = batch();
    batch.putIfVersion(table, KEY, 0, 3, VALUE, 0, 4, version);
    addOthers(batch);
    loseReply(NOTICED_MILLIS, 1);
    run(batch);
    assertThat(batch.outcome(0)).isEqualTo(Outcome.UNKNOWN);
    assertThat(batch.outcome(1)).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void shouldNotOverwriteSomebodyElseWhenSentAgain() {
    long version = create();
    WriteBatch batch = batch();
    put(batch);
    addOthers(batch);
    loseReply(NOTICED_MILLIS, 1);
    run(batch);
    assertThat(batch.outcome(0)).isEqualTo(Outcome.UNKNOWN);
    assertThat(read().version(0)).isEqualTo(version + 2); // ours, then the other's
    assertThat(read().value(0))
        .isEqualTo(new byte[] {0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77});
  }

  @Test
  void shouldNotCountTwice() {
    WriteBatch batch = batch();
    batch.increment(table, KEY, 0, 3, 5);
    batch.increment(table, KEY, 0, 3, 7);
    addOthers(batch);
    loseReply(0, 0);
    run(batch);
    assertThat(batch.counter(0)).isEqualTo(5);
    assertThat(batch.counter(1)).isEqualTo(12);
    assertThat(standin.get(Standin.LOST)).isZero();
    batch.clear();
    batch.put(table, KEY, 0, 3, read().memory(), 0, 8); // a record: the counter gets a header
    batch.increment(table, KEY, 0, 3, 1);
    addOthers(batch);
    loseReply(0, 0);
    run(batch);
    assertThat(batch.outcome(1)).isEqualTo(Outcome.OK);
    assertThat(standin.get(Standin.LOST)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, NOTICED_MILLIS})
  void shouldKnowWhatItRemoved(int noticedMillis) {
    long version = create();
    WriteBatch batch = batch();
    addOthers(batch);
    run(batch);
    batch.clear();
    batch.removeIfVersion(table, KEY, 0, 3, version);
    batch.remove(table, MemorySegment.ofArray(new byte[] {1}), 0, 1);
    batch.remove(table, MemorySegment.ofArray(new byte[] {2}), 0, 1);
    batch.remove(table, MemorySegment.ofArray(new byte[] {3}), 0, 1);
    loseReply(noticedMillis, 0);
    run(batch);
    assertThat(standin.get(Standin.LOST)).isZero();
    assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
    assertThat(batch.outcome(1)).isEqualTo(Outcome.OK);
    assertThat(batch.outcome(2)).isEqualTo(Outcome.OK);
    assertThat(batch.outcome(3)).isEqualTo(Outcome.ABSENT);
    assertThat(read().outcome(0)).isEqualTo(Outcome.ABSENT);
  }

  @Test
  void shouldSendExactlyOnceWhatOthersWriteToo() {
    long version = create();
    try (StoreSession other = store.openSession()) {
      WriteBatch theirs = other.newWriteBatch(1);
      theirs.put(table, KEY, 0, 3, VALUE, 0, 7);
      other.submit(theirs, PATIENT);
      other.await(theirs);
      WriteBatch batch = batch();
      addOthers(batch);
      batch.putIfVersion(table, KEY, 0, 3, VALUE, 0, 4, version);
      run(batch);
      assertThat(batch.outcome(2)).isEqualTo(Outcome.MISMATCH);
      long current = batch.version(2);
      assertThat(current).isEqualTo(theirs.version(0));
      batch.clear();
      addOthers(batch);
      batch.putIfVersion(table, KEY, 0, 3, VALUE, 0, 4, current);
      int before = standin.get(Standin.SINGLE);
      loseReply(NOTICED_MILLIS, 0);
      run(batch);
      assertThat(batch.outcome(2)).isEqualTo(Outcome.OK);
      assertThat(standin.get(Standin.SINGLE)).isEqualTo(before + 1);
    }
  }

  // --- a call does not come back ---

  @Test
  void shouldAnswerByTheDeadlineAndGoOnAfterwards() {
    long version = create();
    standin.set(Standin.BLOCKED, 1);
    ReadBatch reads = session.newReadBatch(1);
    reads.add(table, KEY, 0, 3);
    session.submit(reads, IMPATIENT);
    WriteBatch behind = batch();
    put(behind);
    session.submit(behind, IMPATIENT);
    await(() -> standin.get(Standin.WAITING) == 1);
    session.await(reads);
    session.await(behind);
    assertThat(reads.outcome(0)).isEqualTo(Outcome.UNAVAILABLE);
    assertThat(behind.outcome(0)).isEqualTo(Outcome.UNAVAILABLE); // it never left
    standin.set(Standin.BLOCKED, 0);
    assertThat(read().version(0)).isEqualTo(version);
  }

  @Test
  void shouldNotKnowWhatABlockedWriteWillDoAndKeepItsAnswerOutOfTheBatch() {
    create();
    WriteBatch batch = batch();
    put(batch);
    standin.set(Standin.BLOCKED, 1);
    session.submit(batch, IMPATIENT);
    session.await(batch);
    assertThat(batch.outcome(0)).isEqualTo(Outcome.UNKNOWN);
    batch.clear();
    batch.put(table, MemorySegment.ofArray(new byte[] {9}), 0, 1, VALUE, 0, 10);
    await(() -> standin.get(Standin.WAITING) == 1);
    standin.set(Standin.BLOCKED, 0);
    await(() -> read().version(0) == 2); // the late write has happened, with its own key and value
    assertThat(read().value(0)).isEqualTo("some value".getBytes(UTF_8));
    run(batch);
    assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
    assertThat(batch.version(0)).isNotZero();
  }

  @Test
  void shouldLeaveBlockedClientsBehindBoundedly() {
    create();
    standin.set(Standin.BLOCKED, 1);
    ReadBatch reads = session.newReadBatch(1);
    for (int i = 0; i < 3 * Library.MAX_ABANDONED; i++) {
      reads.clear();
      reads.add(table, KEY, 0, 3);
      session.submit(reads, IMPATIENT);
      session.await(reads);
      assertThat(reads.outcome(0)).isEqualTo(Outcome.UNAVAILABLE);
      LockSupport.parkNanos(2_000_000); // replaceAfter
    }
    int behind = Library.MAX_ABANDONED + 1; // and the one that is in use
    assertThat(standin.get(Standin.WAITING)).isBetween(2, behind);
    assertThat(store.description()).contains("have not come back");
    standin.set(Standin.BLOCKED, 0);
    await(
        () -> standin.get(Standin.WAITING) == 0 && !store.description().contains("not come back"));
    await(() -> read().outcome(0) == Outcome.OK);
  }

  @Test
  void shouldCloseWhileACallIsBlocked() {
    create();
    standin.set(Standin.BLOCKED, 1);
    WriteBatch batch = batch();
    put(batch);
    session.submit(batch, PATIENT);
    await(() -> standin.get(Standin.WAITING) == 1);
    session.close();
    assertThat(session.isClosed()).isTrue();
    standin.set(Standin.BLOCKED, 0);
    await(() -> standin.get(Standin.CLIENTS) == 1); // the one that opens tables
  }

  // --- statuses ---

  @Test
  void shouldTellWhatWasNotApplied() {
    create();
    standin.set(Standin.STATUS, RcStatus.TABLE_DOESNT_EXIST);
    standin.set(Standin.REFUSED, 1);
    WriteBatch batch = batch();
    put(batch);
    assertThat(run(batch).outcome(0)).isEqualTo(Outcome.UNAVAILABLE);
    standin.set(Standin.REFUSED, 1);
    assertThat(read().outcome(0)).isEqualTo(Outcome.UNAVAILABLE);
    assertThat(read().outcome(0)).isEqualTo(Outcome.OK);
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 21, 19}) // RETRY, INTERNAL_ERROR, TIMEOUT: not said what became of it
  void shouldNotKnowOtherwise(int status) {
    create();
    standin.set(Standin.STATUS, status);
    standin.set(Standin.REFUSED, 1);
    WriteBatch batch = batch();
    put(batch);
    assertThat(run(batch).outcome(0)).isEqualTo(Outcome.UNKNOWN);
    standin.set(Standin.REFUSED, 1);
    batch.clear();
    put(batch);
    addOthers(batch);
    assertThat(run(batch).outcome(2)).isEqualTo(Outcome.UNKNOWN);
    standin.set(Standin.REFUSED, 1);
    assertThat(read().outcome(0)).isEqualTo(Outcome.UNAVAILABLE);
  }

  @Test
  void shouldNoticeWhatTheLibraryForgot() {
    create();
    standin.set(Standin.SILENT, 1);
    assertThat(read().outcome(0)).isEqualTo(Outcome.UNAVAILABLE);
    standin.set(Standin.SILENT, 1);
    WriteBatch batch = batch();
    put(batch);
    addOthers(batch);
    assertThat(run(batch).outcome(0)).isEqualTo(Outcome.UNKNOWN);
  }

  // --- housekeeping ---

  @Test
  void shouldRemoveWhatIsOverThoughNobodyAsksForIt() {
    Table brief = store.table(TableSpec.of("brief", 1024, 64).withIdleTtl(Duration.ofMillis(50)));
    byte[] name = new byte[1000];
    MemorySegment key = MemorySegment.ofArray(name);
    WriteBatch batch = batch();
    int all = 10_000; // more than the notes have room for, one after the other
    for (int from = 0; from < all; from += batch.capacity()) {
      batch.clear();
      for (int i = from; i < from + batch.capacity(); i++) {
        name[0] = (byte) i;
        name[1] = (byte) (i >> 8);
        batch.put(brief, key, 0, 8 + i % 993, VALUE, 0, 10);
      }
      run(batch);
      if (from % 800 == 0) {
        await(this::isSwept);
      }
    }
    await(this::isSwept);
    batch.clear();
    batch.put(brief, key, 0, 8, VALUE, 0, 10);
    run(batch);
    batch.clear();
    batch.ttlMillis(batch.put(brief, key, 0, 8, VALUE, 0, 10), -1); // stays, from now on
    batch.put(brief, key, 0, 9, VALUE, 0, 10);
    run(batch);
    int one = standin.get(Standin.RECORDS);
    assertThat(one).isEqualTo(2);
    await(() -> read().outcome(0) == Outcome.ABSENT && standin.get(Standin.RECORDS) == 1);
  }

  /** A session that works removes what is over on the way. */
  private boolean isSwept() {
    return read().outcome(0) == Outcome.ABSENT && standin.get(Standin.RECORDS) == 0;
  }

  @Test
  void shouldMakeOneCallPerBatch() {
    create();
    int before = standin.get(Standin.MULTI);
    WriteBatch batch = batch();
    for (byte i = 0; i < 8; i++) {
      batch.put(table, MemorySegment.ofArray(new byte[] {i}), 0, 1, VALUE, 0, 10);
    }
    run(batch);
    assertThat(standin.get(Standin.MULTI)).isEqualTo(before + 1);
    read();
    assertThat(standin.get(Standin.MULTI)).isEqualTo(before + 2);
  }
}

package org.statelessnf.store.local.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.conformance.process.Worker;
import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;
import org.statelessnf.conformance.process.Workers;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;

/** Processes killed by {@code kill -9} in the midst of operations, and in the midst of recovery. */
class ChronicleRecoveryTest {
  private final Path directory = Directories.create();
  private final String uri =
      "chronicle:" + directory + "?entries=20000&timeout=30s&connectTimeout=60s";
  private final Workers workers = new Workers(uri);

  @AfterEach
  void clear() throws IOException {
    workers.close();
    Directories.delete(directory);
  }

  @Test
  void shouldServeWhatAKilledProcessHeldLockedToThoseWhoLive() throws Exception {
    try (StateStore store = Stores.open(uri)) {
      Held held = new Held(store);
      Worker holder = held.startHolder(workers);
      requireOthersAreServed(store, held);
      holder.kill();
      held.requireWhole(store);
      assertThat(recoveries()).isEqualTo(1);
    }
  }

  /** While the holder lives: what it has locked ends at the deadline, everything else works. */
  private static void requireOthersAreServed(StateStore store, Held held) {
    Table table = store.table(Held.SPEC);
    try (StoreSession session = store.openSession()) {
      ReadBatch reads = session.newReadBatch(2);
      reads.add(table, held.key(HoldTask.Stage.LOCKED));
      reads.add(table, held.bystander());
      session.submit(reads, TimeUnit.MILLISECONDS.toNanos(100));
      assertThat(reads.isDone()).isTrue();
      assertThat(reads.outcome(0)).isEqualTo(Outcome.UNAVAILABLE);
      // The second may have come too late, behind the first.
      WriteBatch writes = session.newWriteBatch(1);
      byte[] key = held.key(HoldTask.Stage.READING);
      writes.remove(table, MemorySegment.ofArray(key), 0, key.length);
      session.submit(writes, TimeUnit.MILLISECONDS.toNanos(100));
      assertThat(writes.isDone()).isTrue();
      assertThat(writes.outcome(0)).isEqualTo(Outcome.UNAVAILABLE);
      assertThat(session.single().read(table, held.bystander()).outcome()).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void shouldRecoverWhenEverythingIsStartedAgain() throws Exception {
    Held held;
    try (StateStore store = Stores.open(uri)) {
      held = new Held(store);
    }
    held.startHolder(workers).kill();
    try (StateStore store = Stores.open(uri)) {
      held.requireWhole(store);
      assertThat(recoveries()).isEqualTo(1);
    }
  }

  @Test
  void shouldRecoverOnceWhenSeveralOpenAtTheSameTime() throws Exception {
    Held held;
    try (StateStore store = Stores.open(uri)) {
      held = new Held(store);
    }
    held.startHolder(workers).kill();
    List<Worker> openers = workers.start(3, OpenTask.class, Map.of());
    for (Worker opener : openers) {
      assertThat(opener.receive()).isEqualTo("open");
    }
    try (StateStore store = Stores.open(uri)) {
      held.requireWhole(store);
      assertThat(recoveries()).isEqualTo(1);
    }
    for (Worker opener : openers) {
      opener.send("end");
      opener.awaitEnd();
    }
  }

  /** Opens the store and waits. */
  public static final class OpenTask implements WorkerTask {
    /** For the worker process. */
    public OpenTask() {}

    @Override
    public void run(WorkerContext context) throws Exception {
      context.send("open");
      context.receive();
    }
  }

  @Test
  void shouldStartOverWhenTheRecovererWasKilledToo() throws Exception {
    Held held;
    try (StateStore store = Stores.open(uri)) {
      held = new Held(store);
    }
    held.startHolder(workers).kill();
    // As a recoverer leaves it that is killed when it has taken the entries out.
    Path records = directory.resolve(Space.RECORDS);
    Files.copy(records, directory.resolve("records.saved"));
    try (FileChannel channel = FileChannel.open(records, StandardOpenOption.WRITE)) {
      long half = channel.size() / 2;
      ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
      for (long at = half; at < channel.size(); ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), channel.size() - at));
        at += channel.write(zeros, at);
      }
    }
    try (FileChannel channel = channel();
        ControlFile control = ControlFile.map(channel)) {
      control.state(ControlFile.RECOVERING);
    }
    try (StateStore store = Stores.open(uri)) {
      held.requireWhole(store);
      assertThat(recoveries()).isEqualTo(1);
      assertThat(directory.resolve("records.saved")).doesNotExist();
    }
  }

  @Test
  void shouldFreeThePlaceOfAProcessThatWasKilledIdle() throws Exception {
    try (StateStore store = Stores.open(uri)) {
      Worker idle = workers.start(1, OpenTask.class, Map.of()).getFirst();
      assertThat(idle.receive()).isEqualTo("open");
      assertThat(processes()).isEqualTo(2);
      idle.kill();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (processes() > 1 && System.nanoTime() < end) {
        Thread.sleep(5);
      }
      assertThat(processes()).isEqualTo(1);
      assertThat(recoveries()).isZero();
      assertThat(store.openSessions()).isZero();
    }
  }

  private FileChannel channel() throws IOException {
    return FileChannel.open(
        directory.resolve(Space.CONTROL), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Through the open store: another channel, once closed, would give up this process's locks. */
  private long recoveries() {
    Space space = Space.open(StoreUri.parse(uri));
    try {
      return space.control().recoveries();
    } finally {
      space.leave();
    }
  }

  private int processes() {
    Space space = Space.open(StoreUri.parse(uri));
    try {
      int count = 0;
      for (int place = 0; place < ControlFile.PROCESSES; place++) {
        count += space.control().process(place) == 0 ? 0 : 1;
      }
      return count;
    } finally {
      space.leave();
    }
  }
}

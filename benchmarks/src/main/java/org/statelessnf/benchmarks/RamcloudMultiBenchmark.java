package org.statelessnf.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * What does the store contract cost over RAMCloud's C API called from C? Multi-reads and
 * multi-writes of 100 different random records of 24 and 64 bytes, one and two in flight on one
 * session, against {@link RamcloudPeer}, which knows one in flight. The peer's writes are
 * unconditional; the store's name the version that they replace, as all its writes do. The bar is
 * 0.9 of the peer's keys per second. The cluster is the user's own.
 *
 * <pre>
 * SNF_RAMCLOUD_LIB=… SNF_RAMCLOUD_LOCATOR=tcp:host=127.0.0.1,port=12246 \
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.RamcloudMultiBenchmark [rounds [seconds]]
 * </pre>
 */
public final class RamcloudMultiBenchmark {
  private static final int BATCH = 100;
  private static final int RECORDS = 20_000;
  private static final int KEY_BYTES = 24;
  private static final int VALUE_BYTES = 64;
  private static final double BAR = 0.9;

  private final StoreSession session;
  private final Table table;
  private final MemorySegment key;
  private final MemorySegment value;
  private final SplittableRandom random = new SplittableRandom(1);
  private long sum;

  private RamcloudMultiBenchmark(StoreSession session, Table table, Arena arena) {
    this.session = session;
    this.table = table;
    this.key = arena.allocate(KEY_BYTES, Long.BYTES);
    this.value = arena.allocate(VALUE_BYTES, Long.BYTES);
    key.fill((byte) 'k');
  }

  /** Prints the ratios. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
    double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 1;
    String library = environment("SNF_RAMCLOUD_LIB");
    String locator = environment("SNF_RAMCLOUD_LOCATOR");
    String cluster = System.getenv().getOrDefault("SNF_RAMCLOUD_CLUSTER", "main");
    List<String> peerArguments =
        List.of(
            locator,
            cluster,
            "snf-peer",
            Integer.toString(RECORDS),
            Integer.toString(BATCH),
            Integer.toString(KEY_BYTES),
            Integer.toString(VALUE_BYTES));
    String uri =
        "ramcloud:%s?cluster=%s&timeout=30s&connectTimeout=30s".formatted(locator, cluster);
    System.out.println("connecting to " + locator + " (the library waits for a cluster)");
    try (RamcloudPeer peer = new RamcloudPeer(library, peerArguments);
        StateStore store = Stores.open(uri);
        StoreSession session = store.openSession();
        Arena arena = Arena.ofConfined()) {
      Table table = store.table(TableSpec.of("benchmark", KEY_BYTES, VALUE_BYTES));
      RamcloudMultiBenchmark subject = new RamcloudMultiBenchmark(session, table, arena);
      subject.load();
      RateRatio ratio = new RateRatio(() -> 0, rounds, seconds); // servers may be anywhere
      for (int depth : new int[] {1, 2}) {
        Batch[] reads = new Batch[depth];
        Batch[] writes = new Batch[depth];
        for (int i = 0; i < depth; i++) {
          reads[i] = session.newReadBatch(BATCH);
          writes[i] = session.newWriteBatch(BATCH);
        }
        ratio.compare(
            "multi-read of 100, %d in flight".formatted(depth),
            BATCH,
            BAR,
            until -> subject.run(reads, until),
            batches -> peer.run("read", batches));
        ratio.compare(
            "multi-write of 100, %d in flight".formatted(depth),
            BATCH,
            BAR,
            until -> subject.run(writes, until),
            batches -> peer.run("write", batches));
      }
      if (subject.sum == 0) {
        throw new IllegalStateException("nothing was read");
      }
    }
  }

  private static String environment(String name) {
    String text = System.getenv(name);
    if (text == null) {
      throw new IllegalArgumentException(name + " is not set, see docs/ramcloud.md");
    }
    return text;
  }

  private void load() {
    WriteBatch batch = session.newWriteBatch(BATCH);
    for (int i = 0; i < RECORDS; i += BATCH) {
      batch.clear();
      for (int j = 0; j < BATCH; j++) {
        key.set(ValueLayout.JAVA_INT, 0, i + j);
        batch.put(table, key, 0, KEY_BYTES, value, 0, VALUE_BYTES);
      }
      session.execute(batch);
      look(batch);
    }
  }

  private long run(Batch[] batches, long untilNanos) {
    int draws = RECORDS / BATCH / batches.length; // batches in flight together share no key
    long done = 0;
    for (int next = 0; System.nanoTime() - untilNanos < 0; next = (next + 1) % batches.length) {
      Batch batch = batches[next];
      done += finish(batch);
      for (int i = 0; i < BATCH; i++) {
        key.set(
            ValueLayout.JAVA_INT, 0, i + BATCH * (next + batches.length * random.nextInt(draws)));
        if (batch instanceof WriteBatch write) {
          value.fill((byte) i);
          write.put(table, key, 0, KEY_BYTES, value, 0, VALUE_BYTES);
        } else {
          ((ReadBatch) batch).add(table, key, 0, KEY_BYTES);
        }
      }
      session.submit(batch);
    }
    for (Batch batch : batches) {
      done += finish(batch);
    }
    return done;
  }

  private long finish(Batch batch) {
    if (batch.isInFlight()) {
      session.await(batch);
    }
    boolean done = batch.isDone();
    if (done) {
      look(batch);
    }
    batch.clear();
    return done ? 1 : 0;
  }

  private void look(Batch batch) {
    for (int i = 0; i < BATCH; i++) {
      if (batch.outcome(i) != Outcome.OK) {
        throw new IllegalStateException("slot " + i + ": " + batch.outcome(i));
      }
      if (batch instanceof ReadBatch read) {
        sum += read.version(i) + read.memory().get(ValueLayout.JAVA_BYTE, read.valueOffset(i));
      } else {
        sum += ((WriteBatch) batch).version(i);
      }
    }
  }
}

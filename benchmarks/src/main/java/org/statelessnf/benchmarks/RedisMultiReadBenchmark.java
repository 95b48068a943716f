package org.statelessnf.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * What does the store contract cost over a bare Redis client? Multi-reads of 100 random keys with
 * values of 64 bytes, 1, 4, 8 and 16 in flight on one session, over a unix socket, against {@code
 * redis-benchmark} that sends {@code MGET} of the same keys at the same depth, and against
 * Lettuce's own asynchronous API. The bar is 0.9 of {@code redis-benchmark}'s keys per second at 8
 * in flight.
 *
 * <p>The store's side fills each batch, submits it and looks at every version and value. The peer
 * draws its keys, sends, and skips over the answers.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.RedisMultiReadBenchmark [rounds [seconds]]
 * </pre>
 */
public final class RedisMultiReadBenchmark {
  static final int BATCH = 100;
  static final int RECORDS = 200_000;
  static final int KEY_BYTES = 24;
  static final int VALUE_BYTES = 64;
  private static final int PEER_DIGITS = 12;
  private static final double BAR = 0.9;
  private static final int BAR_DEPTH = 8;

  private final StoreSession session;
  private final Table table;
  private final MemorySegment key;
  private final SplittableRandom random = new SplittableRandom(1);
  private long sum;

  private RedisMultiReadBenchmark(StoreSession session, Table table, MemorySegment key) {
    this.session = session;
    this.table = table;
    this.key = key;
  }

  /** Prints the ratios. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
    double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 1;
    try (RedisPeer peer = new RedisPeer();
        StateStore store =
            Stores.open("redis-socket://" + peer.socket() + "?timeout=30s&connectTimeout=30s");
        StoreSession session = store.openSession();
        LettucePeer lettuce = new LettucePeer(peer.socket());
        Arena arena = Arena.ofConfined()) {
      Table table = store.table(TableSpec.of("flows", KEY_BYTES, VALUE_BYTES));
      MemorySegment key = key(arena, 'f');
      load(session, table, key);
      List<String> request = new ArrayList<>(List.of("MGET"));
      String prefix = "snf:r/default/flows/f:0000000000";
      for (int i = 0; i < BATCH; i++) {
        request.add(prefix + "__rand_int__");
      }
      RedisMultiReadBenchmark subject = new RedisMultiReadBenchmark(session, table, key);
      RateRatio ratio = new RateRatio(peer::serverCpuNanos, rounds, seconds);
      for (int depth : new int[] {1, 4, BAR_DEPTH, 16}) {
        ReadBatch[] batches = new ReadBatch[depth];
        for (int i = 0; i < depth; i++) {
          batches[i] = session.newReadBatch(BATCH);
        }
        ratio.compare(
            "multi-read of 100, %d in flight".formatted(depth),
            BATCH,
            depth == BAR_DEPTH ? BAR : 0,
            until -> subject.run(batches, until),
            requests -> peer.benchmark(depth, RECORDS, requests, request));
        ratio.compare(
            "the same against bare Lettuce",
            BATCH,
            0,
            until -> subject.run(batches, until),
            requests -> lettuce.read(depth, requests, prefix));
      }
      if (subject.sum == 0) {
        throw new IllegalStateException("nothing was read");
      }
    }
  }

  /**
   * The store's own rate: keys per second of multi-reads of 100, 8 in flight.
   *
   * @param store holds nothing else under the table's name; filled if {@code fill}
   */
  static double keysPerSecond(StateStore store, boolean fill, double seconds) {
    try (StoreSession session = store.openSession();
        Arena arena = Arena.ofConfined()) {
      Table table = store.table(TableSpec.of("peer", KEY_BYTES, VALUE_BYTES));
      MemorySegment key = key(arena, 'f');
      if (fill) {
        load(session, table, key);
      }
      ReadBatch[] batches = new ReadBatch[BAR_DEPTH];
      for (int i = 0; i < batches.length; i++) {
        batches[i] = session.newReadBatch(BATCH);
      }
      RedisMultiReadBenchmark subject = new RedisMultiReadBenchmark(session, table, key);
      long start = System.nanoTime();
      long done = subject.run(batches, start + (long) (seconds * 1e9));
      return (double) done * BATCH * 1e9 / (System.nanoTime() - start);
    }
  }

  private long run(ReadBatch[] batches, long untilNanos) {
    long done = 0;
    for (int next = 0; System.nanoTime() - untilNanos < 0; next = (next + 1) % batches.length) {
      ReadBatch batch = batches[next];
      if (batch.isInFlight()) {
        session.await(batch);
      }
      if (batch.isDone()) {
        look(batch);
        done++;
      }
      batch.clear();
      for (int i = 0; i < BATCH; i++) {
        number(key, random.nextInt(RECORDS));
        batch.add(table, key, 0, KEY_BYTES);
      }
      session.submit(batch);
    }
    for (ReadBatch batch : batches) {
      session.await(batch);
      look(batch);
      done++;
      batch.clear();
    }
    return done;
  }

  private void look(ReadBatch batch) {
    MemorySegment memory = batch.memory();
    for (int i = 0; i < BATCH; i++) {
      long version = batch.version(i);
      if (version == 0) {
        throw new IllegalStateException("slot " + i + ": " + batch.outcome(i));
      }
      sum += version + memory.get(ValueLayout.JAVA_LONG, batch.valueOffset(i));
    }
  }

  /** A key as the peer writes it: a letter, a colon, a number of 22 digits. */
  static MemorySegment key(Arena arena, char letter) {
    byte[] text = "%c:%022d".formatted(letter, 0).getBytes(StandardCharsets.US_ASCII);
    return arena.allocate(KEY_BYTES).copyFrom(MemorySegment.ofArray(text));
  }

  /** Writes the number of a key, as the peer does for every key it sends. */
  static void number(MemorySegment key, int number) {
    int rest = number;
    for (int at = KEY_BYTES - 1; at >= KEY_BYTES - PEER_DIGITS; at--) {
      key.set(ValueLayout.JAVA_BYTE, at, (byte) ('0' + rest % 10));
      rest /= 10;
    }
  }

  static void load(StoreSession session, Table table, MemorySegment key) {
    MemorySegment value = MemorySegment.ofArray(new byte[VALUE_BYTES]);
    WriteBatch batch = session.newWriteBatch(BATCH);
    for (int i = 0; i < RECORDS; i += BATCH) {
      batch.clear();
      for (int j = i; j < i + BATCH; j++) {
        number(key, j);
        batch.put(table, key, 0, KEY_BYTES, value, 0, VALUE_BYTES);
      }
      session.execute(batch);
    }
  }
}

package org.statelessnf.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * What does a conditional multi-write cost over the script it runs? Writes of 100 random records of
 * 64 bytes, each on condition of the version written last, over a unix socket, against {@code
 * redis-benchmark}, and Lettuce's own asynchronous API, that call the same script with keys and
 * values of the same lengths. Every condition holds, on all sides. The bar is 0.8 of {@code
 * redis-benchmark}'s keys per second.
 *
 * <p>The peer writes records of one and the same version, which it expects, so its calls differ in
 * their keys only; the store's side keeps track of the versions, a word per record.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.RedisMultiWriteBenchmark [rounds [seconds]]
 * </pre>
 */
public final class RedisMultiWriteBenchmark {
  private static final int BATCH = RedisMultiReadBenchmark.BATCH;
  private static final int RECORDS = RedisMultiReadBenchmark.RECORDS;
  private static final int KEY_BYTES = RedisMultiReadBenchmark.KEY_BYTES;
  private static final int VALUE_BYTES = RedisMultiReadBenchmark.VALUE_BYTES;
  private static final String VERSION = "version1";
  private static final String PEER_PREFIX = "snf:r/default/peers/g:0000000000";
  private static final double BAR = 0.8;
  private static final int BAR_DEPTH = 8;

  private final StoreSession session;
  private final Table table;
  private final MemorySegment key;
  private final MemorySegment value = MemorySegment.ofArray(new byte[VALUE_BYTES]);
  private final long[] versions = new long[RECORDS];
  private final SplittableRandom random = new SplittableRandom(1);

  private RedisMultiWriteBenchmark(StoreSession session, Table table, MemorySegment key) {
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
      RedisMultiWriteBenchmark subject =
          new RedisMultiWriteBenchmark(session, table, RedisMultiReadBenchmark.key(arena, 'f'));
      subject.load();
      List<String> request = request(peer);
      byte[][] values = values(request);
      RateRatio ratio = new RateRatio(peer::serverCpuNanos, rounds, seconds);
      for (int depth : new int[] {1, 4, BAR_DEPTH}) {
        WriteBatch[] batches = new WriteBatch[depth];
        int[][] records = new int[depth][BATCH];
        for (int i = 0; i < depth; i++) {
          batches[i] = session.newWriteBatch(BATCH);
        }
        ratio.compare(
            "conditional write of 100, %d in flight".formatted(depth),
            BATCH,
            depth == BAR_DEPTH ? BAR : 0,
            until -> subject.run(batches, records, until),
            requests -> peer.benchmark(depth, RECORDS, requests, request));
        ratio.compare(
            "the same against bare Lettuce",
            BATCH,
            0,
            until -> subject.run(batches, records, until),
            requests -> lettuce.write(depth, requests, request.get(1), PEER_PREFIX, values));
      }
    }
  }

  /** The peer's records, and its call of the script. */
  private static List<String> request(RedisPeer peer) throws IOException, InterruptedException {
    String record = VERSION + "v".repeat(VALUE_BYTES - 12);
    peer.cli(
        "EVAL",
        "for i = 0, "
            + (RECORDS - 1)
            + " do local number = string.format('%012d', i)"
            + " redis.call('SET', KEYS[1] .. number, ARGV[1] .. number) end",
        "1",
        PEER_PREFIX,
        record);
    String script;
    try (InputStream in = Table.class.getResourceAsStream("redis/write.lua")) {
      if (in == null) {
        throw new IOException("no script");
      }
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<String> request =
        new ArrayList<>(
            List.of("EVALSHA", peer.cli("SCRIPT", "LOAD", script), Integer.toString(BATCH)));
    for (int i = 0; i < BATCH; i++) {
      request.add(PEER_PREFIX + "__rand_int__");
    }
    request.add("");
    for (int i = 0; i < BATCH; i++) {
      request.add(VERSION);
      request.add(record + "__rand_int__");
    }
    return request;
  }

  /** The script's arguments after the keys, as the request has them. */
  private static byte[][] values(List<String> request) {
    int first = 3 + BATCH;
    byte[][] values = new byte[request.size() - first][];
    for (int i = 0; i < values.length; i++) {
      String value = request.get(first + i).replace("__rand_int__", "000000000000");
      values[i] = value.getBytes(StandardCharsets.US_ASCII);
    }
    return values;
  }

  private void load() {
    WriteBatch batch = session.newWriteBatch(BATCH);
    for (int i = 0; i < RECORDS; i += BATCH) {
      batch.clear();
      for (int j = 0; j < BATCH; j++) {
        RedisMultiReadBenchmark.number(key, i + j);
        batch.put(table, key, 0, KEY_BYTES, value, 0, VALUE_BYTES);
      }
      session.execute(batch);
      for (int j = 0; j < BATCH; j++) {
        versions[i + j] = batch.version(j);
      }
    }
  }

  private long run(WriteBatch[] batches, int[][] records, long untilNanos) {
    long done = 0;
    int depth = batches.length;
    for (int next = 0; System.nanoTime() - untilNanos < 0; next = (next + 1) % depth) {
      WriteBatch batch = batches[next];
      done += finish(batch, records[next]);
      for (int i = 0; i < BATCH; i++) {
        // Batches in flight, and slots of a batch, write different records: no condition fails.
        int share = RECORDS / depth / BATCH;
        int number = (next * BATCH + i) * share + random.nextInt(share);
        records[next][i] = number;
        RedisMultiReadBenchmark.number(key, number);
        batch.putIfVersion(table, key, 0, KEY_BYTES, value, 0, VALUE_BYTES, versions[number]);
      }
      session.submit(batch);
    }
    for (int i = 0; i < depth; i++) {
      done += finish(batches[i], records[i]);
    }
    return done;
  }

  private int finish(WriteBatch batch, int[] numbers) {
    if (batch.isInFlight()) {
      session.await(batch);
    }
    boolean done = batch.isDone();
    if (done) {
      for (int i = 0; i < BATCH; i++) {
        if (batch.outcome(i) != Outcome.OK) {
          throw new IllegalStateException("slot " + i + ": " + batch.outcome(i));
        }
        versions[numbers[i]] = batch.version(i);
      }
    }
    batch.clear();
    return done ? 1 : 0;
  }
}

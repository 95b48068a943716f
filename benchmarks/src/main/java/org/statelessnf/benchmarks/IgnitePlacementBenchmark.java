package org.statelessnf.benchmarks;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * What can a host win that steers flows to the node that owns them? Two nodes, one batch of 100 in
 * flight: multi-reads and conditional multi-writes of keys that this node owns, and of keys that
 * the other one owns. Both nodes are in this process and talk over loopback, so the difference is
 * the least that a network makes. Every measured operation is one key.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.IgnitePlacementBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IgnitePlacementBenchmark {
  private static final int BATCH = 100;
  private static final int RECORDS = 50_000;
  private static final int VALUE_BYTES = 64;
  private static final String URI = "ignite:embedded?port=45600&timeout=30s&memory=128m";

  private final List<MemorySegment> localKeys = new ArrayList<>();
  private final List<MemorySegment> remoteKeys = new ArrayList<>();
  private final MemorySegment value = MemorySegment.ofArray(new byte[VALUE_BYTES]);
  private final SplittableRandom random = new SplittableRandom(1);
  private StateStore here;
  private StateStore there;
  private Table table;
  private StoreSession session;
  private ReadBatch reads;
  private WriteBatch writes;

  /** Starts both nodes and tells their keys apart. */
  @Setup(Level.Trial)
  public void start() throws InterruptedException {
    here = Stores.open(URI);
    there = Stores.open(URI);
    table = here.table(TableSpec.of("flows", 24, VALUE_BYTES));
    session = here.openSession();
    reads = session.newReadBatch(BATCH);
    writes = session.newWriteBatch(BATCH);
    while (localKeys.isEmpty() || remoteKeys.isEmpty()) {
      Thread.sleep(1000); // keys move to the new node once it has their copies
      localKeys.clear();
      remoteKeys.clear();
      for (int i = 0; i < RECORDS; i++) {
        byte[] key = new byte[24];
        random.nextBytes(key);
        boolean local = here.placement(table, key).local();
        (local ? localKeys : remoteKeys).add(MemorySegment.ofArray(key));
      }
    }
    for (List<MemorySegment> keys : List.of(localKeys, remoteKeys)) {
      for (MemorySegment key : keys) {
        writes.clear();
        writes.put(table, key, 0, 24, value, 0, VALUE_BYTES);
        session.execute(writes);
      }
    }
  }

  /** Ends both. */
  @TearDown(Level.Trial)
  public void close() {
    there.close();
    here.close();
  }

  /** Reads of this node's keys. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long localRead() {
    return read(localKeys);
  }

  /** Reads of the other node's keys. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long remoteRead() {
    return read(remoteKeys);
  }

  /** Reads this node's keys and writes them if they have not changed. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long localUpdate() {
    return update(localKeys);
  }

  /** The same with the other node's. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long remoteUpdate() {
    return update(remoteKeys);
  }

  private long read(List<MemorySegment> keys) {
    reads.clear();
    for (int i = 0; i < BATCH; i++) {
      reads.add(table, keys.get(random.nextInt(keys.size())), 0, 24);
    }
    session.execute(reads);
    return reads.version(0);
  }

  private long update(List<MemorySegment> keys) {
    read(keys);
    writes.clear();
    for (int i = 0; i < BATCH; i++) {
      writes.putIfVersion(
          table,
          reads.memory(),
          reads.keyOffset(i),
          reads.keyLength(i),
          value,
          0,
          VALUE_BYTES,
          reads.version(i));
    }
    session.execute(writes);
    return writes.version(0);
  }

  /** Prints what of the speed is left for another node's keys. */
  public static void main(String[] arguments) throws InterruptedException {
    IgnitePlacementBenchmark benchmark = new IgnitePlacementBenchmark();
    benchmark.start();
    SliceRatio ratio = new SliceRatio();
    ratio.compare("remote reads", BATCH, benchmark::remoteRead, benchmark::localRead, 0);
    ratio.compare("remote updates", BATCH, benchmark::remoteUpdate, benchmark::localUpdate, 0);
    benchmark.close();
  }
}

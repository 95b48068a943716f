package org.statelessnf.benchmarks;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.cache.processor.EntryProcessorResult;
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

/**
 * What does the store contract cost over bare Ignite? On a node in this process, and through a thin
 * client of that node, one batch in flight; every measured operation is one key of 24 bytes with a
 * value of 64.
 *
 * <ul>
 *   <li>A multi-read of 100 random keys against {@code getAll} of the same keys. The bar is 0.8 of
 *       the peer's keys per second in both.
 *   <li>Writes of 100 different records, each on condition of the version written last, against
 *       {@code invokeAll} with a processor written by hand ({@link IgniteSwap}). All conditions
 *       hold. Reported; there is no bar.
 * </ul>
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.IgniteMultiBenchmark
 * java @nf-host/src/main/snf/jvm.args -jar benchmarks/target/benchmarks.jar \
 *     IgniteMulti -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IgniteMultiBenchmark {
  private static final int BATCH = MultiReadSubject.BATCH;
  private static final double READ_BAR = 0.8;

  private final TreeMap<byte[], Integer> keys =
      new TreeMap<>(Comparator.comparingLong(key -> (long) IgniteSwap.LONG.get(key, 0)));
  private final long[] swaps = new long[BATCH * IgniteSwap.WORDS];
  private final byte[] values = new byte[BATCH * MultiReadSubject.VALUE_BYTES];
  private final long[] versions = new long[IgnitePeer.RECORDS];
  private long lastVersion;
  private IgnitePeer both;

  /** Starts the node. */
  @Setup(Level.Trial)
  public void open() {
    both = new IgnitePeer(); // the records of the bare cache are zeros, so are their versions
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void close() {
    both.close();
  }

  // --- reads ---

  /** The store on the node in this process. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long embeddedMultiRead() {
    return both.embedded().multiRead();
  }

  /** Its peer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long embeddedGetAll() {
    return sum(both.bare().getAll(drawSet(both.embedded())));
  }

  /** The store through a thin client. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long thinMultiRead() {
    return both.remote().multiRead();
  }

  /** Its peer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long thinGetAll() {
    return sum(both.thin().getAll(drawSet(both.remote())));
  }

  @SuppressWarnings("UndefinedEquals") // nobody looks a key up in this set
  private Set<byte[]> drawSet(MultiReadSubject subject) {
    Set<byte[]> drawn = LinkedHashSet.newLinkedHashSet(BATCH);
    for (int i = 0; i < BATCH; i++) {
      drawn.add(both.key(subject.nextIndex()));
    }
    return drawn;
  }

  private static long sum(Map<byte[], byte[]> answer) {
    long sum = 0;
    for (byte[] value : answer.values()) {
      sum += value[0];
    }
    return sum;
  }

  // --- conditional writes ---

  /** The store on the node in this process. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long embeddedConditionalWrite() {
    return both.embedded().conditionalWrite();
  }

  /** Its peer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long embeddedInvokeAll() {
    drawSwaps(both.embedded());
    return check(both.bare().invokeAll(keys.keySet(), new IgniteSwap(), swaps, values));
  }

  /** The store through a thin client. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long thinConditionalWrite() {
    return both.remote().conditionalWrite();
  }

  /** Its peer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long thinInvokeAll() {
    drawSwaps(both.remote());
    return check(both.thin().invokeAll(keys.keySet(), new IgniteSwap(), swaps, values));
  }

  private void drawSwaps(MultiReadSubject subject) {
    keys.clear();
    for (int number : subject.draw()) {
      keys.put(both.key(number), number);
    }
    int at = 0;
    for (Map.Entry<byte[], Integer> key : keys.entrySet()) {
      swaps[at++] = (long) IgniteSwap.LONG.get(key.getKey(), 0);
      swaps[at++] = versions[key.getValue()];
      swaps[at++] = ++lastVersion;
      versions[key.getValue()] = lastVersion;
    }
  }

  private long check(Map<byte[], EntryProcessorResult<Boolean>> refused) {
    if (!refused.isEmpty()) {
      throw new IllegalStateException(refused.size() + " conditions did not hold");
    }
    return lastVersion;
  }

  /** Prints the ratios. */
  public static void main(String[] arguments) {
    IgniteMultiBenchmark benchmark = new IgniteMultiBenchmark();
    benchmark.open();
    SliceRatio ratio = new SliceRatio();
    ratio.compare(
        "thin multi-read", BATCH, benchmark::thinMultiRead, benchmark::thinGetAll, READ_BAR);
    ratio.compare(
        "embedded multi-read",
        BATCH,
        benchmark::embeddedMultiRead,
        benchmark::embeddedGetAll,
        READ_BAR);
    ratio.compare(
        "embedded conditional multi-write",
        BATCH,
        benchmark::embeddedConditionalWrite,
        benchmark::embeddedInvokeAll,
        0);
    ratio.compare(
        "thin conditional multi-write",
        BATCH,
        benchmark::thinConditionalWrite,
        benchmark::thinInvokeAll,
        0);
    benchmark.close();
  }
}

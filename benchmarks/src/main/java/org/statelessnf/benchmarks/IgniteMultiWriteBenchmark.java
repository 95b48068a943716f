package org.statelessnf.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.cache.processor.EntryProcessorResult;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.jspecify.annotations.Nullable;
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
 * What does a conditional multi-write cost over one written by hand? Writes of 100 different
 * records of 64 bytes, each on condition of the version written last, one batch in flight, against
 * {@code invokeAll} with a processor that checks the version and sets the record: on a node in this
 * process, and through a thin client of that node. All conditions hold. Every measured operation is
 * one key. Reported; there is no bar.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.IgniteMultiWriteBenchmark
 * java @nf-host/src/main/snf/jvm.args -jar benchmarks/target/benchmarks.jar \
 *     IgniteMultiWrite -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IgniteMultiWriteBenchmark {
  private static final int BATCH = MultiReadSubject.BATCH;
  private static final int WORDS = 3;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final TreeMap<byte[], Integer> keys =
      new TreeMap<>(Comparator.comparingLong(key -> (long) LONG.get(key, 0)));
  private final long[] swaps = new long[BATCH * WORDS];
  private final byte[] values = new byte[BATCH * MultiReadSubject.VALUE_BYTES];
  private final long[] versions = new long[IgnitePeer.RECORDS];
  private long lastVersion;
  private IgnitePeer both;

  /**
   * Sets records that have the version expected; a record is a version and a value. Arguments: for
   * each key, in the order of the first, its beginning, the version expected and the new one; and
   * the values.
   */
  private static final class Swap implements CacheEntryProcessor<byte[], byte[], Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean process(MutableEntry<byte[], byte[]> entry, Object... arguments) {
      long[] swaps = (long[]) arguments[0];
      long wanted = (long) LONG.get(entry.getKey(), 0);
      int from = 0;
      int to = swaps.length / WORDS;
      while (from < to) {
        int middle = (from + to) >>> 1;
        if (swaps[middle * WORDS] < wanted) {
          from = middle + 1;
        } else {
          to = middle;
        }
      }
      byte[] present = entry.getValue();
      if (present == null || (long) LONG.get(present, 0) != swaps[from * WORDS + 1]) {
        return false;
      }
      byte[] record = new byte[Long.BYTES + MultiReadSubject.VALUE_BYTES];
      LONG.set(record, 0, swaps[from * WORDS + 2]);
      System.arraycopy(
          (byte[]) arguments[1],
          from * MultiReadSubject.VALUE_BYTES,
          record,
          Long.BYTES,
          MultiReadSubject.VALUE_BYTES);
      entry.setValue(record);
      return null;
    }
  }

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
    draw(both.embedded());
    return check(both.bare().invokeAll(keys.keySet(), new Swap(), swaps, values));
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
    draw(both.remote());
    return check(both.thin().invokeAll(keys.keySet(), new Swap(), swaps, values));
  }

  private void draw(MultiReadSubject subject) {
    keys.clear();
    for (int number : subject.draw()) {
      keys.put(both.key(number), number);
    }
    int at = 0;
    for (Map.Entry<byte[], Integer> key : keys.entrySet()) {
      swaps[at++] = (long) LONG.get(key.getKey(), 0);
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
    IgniteMultiWriteBenchmark benchmark = new IgniteMultiWriteBenchmark();
    benchmark.open();
    SliceRatio ratio = new SliceRatio();
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

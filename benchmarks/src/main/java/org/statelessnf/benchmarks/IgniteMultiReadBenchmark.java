package org.statelessnf.benchmarks;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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

/**
 * What does the store contract cost over bare Ignite? A multi-read of 100 random keys of 24 bytes
 * with values of 64 bytes, one batch in flight, against {@code getAll} of the same keys: on a node
 * in this process, and through a thin client of that node. The bar is 0.8 of the peer's keys per
 * second in both. Every measured operation is one key.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.IgniteMultiReadBenchmark
 * java @nf-host/src/main/snf/jvm.args -jar benchmarks/target/benchmarks.jar \
 *     IgniteMultiRead -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IgniteMultiReadBenchmark {
  private static final int BATCH = MultiReadSubject.BATCH;
  private static final double BAR = 0.8;

  private IgnitePeer both;

  /** Starts the node. */
  @Setup(Level.Trial)
  public void open() {
    both = new IgnitePeer();
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void close() {
    both.close();
  }

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
    return sum(both.bare().getAll(draw(both.embedded())));
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
    return sum(both.thin().getAll(draw(both.remote())));
  }

  @SuppressWarnings("UndefinedEquals") // nobody looks a key up in this set
  private Set<byte[]> draw(MultiReadSubject subject) {
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

  /** Prints the ratios. */
  public static void main(String[] arguments) {
    IgniteMultiReadBenchmark benchmark = new IgniteMultiReadBenchmark();
    benchmark.open();
    SliceRatio ratio = new SliceRatio();
    ratio.compare("thin multi-read", BATCH, benchmark::thinMultiRead, benchmark::thinGetAll, BAR);
    ratio.compare(
        "embedded multi-read", BATCH, benchmark::embeddedMultiRead, benchmark::embeddedGetAll, BAR);
    benchmark.close();
  }
}

package org.statelessnf.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.runner.RunnerException;

/**
 * What does the store contract cost over a bare Caffeine cache? A multi-read of 100 random keys of
 * 24 bytes with values of 64 bytes, against {@code getIfPresent} in a loop over the same keys. The
 * bar is 0.8 of the peer's keys per second.
 *
 * <p>The batch's side fills the batch, submits it, and looks at every value; the peer only fetches
 * each value, by a key object that lies ready and has its hash code, as a string would. Every
 * measured operation is one key.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.CaffeineMultiReadBenchmark
 * java @nf-host/src/main/snf/jvm.args -jar benchmarks/target/benchmarks.jar \
 *     CaffeineMultiRead -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class CaffeineMultiReadBenchmark {
  private static final int BATCH = MultiReadSubject.BATCH;
  private static final int VALUE_BYTES = MultiReadSubject.VALUE_BYTES;
  private static final double BAR = 0.8;
  private static final int ROUNDS = 5;

  /** Records in the store; keys are drawn evenly from all of them. */
  @Param({"200000"})
  public int records;

  private MultiReadSubject subject;
  private PeerKey[] peerKeys = {};
  private Cache<PeerKey, byte[]> peer;

  /** A key as a careful user of Caffeine would write it. */
  private static final class PeerKey {
    private final byte[] bytes;
    private final int hash;

    PeerKey(byte[] bytes) {
      this.bytes = bytes;
      this.hash = Arrays.hashCode(bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof PeerKey that && Arrays.equals(bytes, that.bytes);
    }
  }

  /** Fills both with the same records. */
  @Setup(Level.Trial)
  public void fill() {
    peer = Caffeine.newBuilder().build();
    peerKeys = new PeerKey[records];
    subject =
        new MultiReadSubject(
            "caffeine:",
            records,
            (i, key, value) -> {
              peer.put(new PeerKey(key), value.clone());
              peerKeys[i] = new PeerKey(key.clone());
            });
  }

  @TearDown(Level.Trial)
  public void close() {
    subject.close();
  }

  /** The store: fill, submit, look at every answer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long multiRead() {
    return subject.multiRead();
  }

  /** The peer: fetch every value. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void bareLoop(Blackhole blackhole) {
    for (int i = 0; i < BATCH; i++) {
      blackhole.consume(peer.getIfPresent(peerKeys[subject.nextIndex()]));
    }
  }

  /** The peer, copying every value out, as the store must. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void bareLoopCopying(Blackhole blackhole) {
    for (int i = 0; i < BATCH; i++) {
      byte[] value = peer.getIfPresent(peerKeys[subject.nextIndex()]);
      MemorySegment.copy(value, 0, subject.memory(), ValueLayout.JAVA_BYTE, 64, VALUE_BYTES);
      blackhole.consume(value);
    }
  }

  /** Prints the ratio. */
  public static void main(String[] arguments) throws RunnerException {
    PeerRatio.compare(CaffeineMultiReadBenchmark.class, "multiRead", "bareLoop", BAR, ROUNDS);
  }
}

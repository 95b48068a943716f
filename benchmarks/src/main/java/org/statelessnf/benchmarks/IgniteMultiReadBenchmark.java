package org.statelessnf.benchmarks;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.client.ClientCache;
import org.apache.ignite.client.IgniteClient;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.ClientConfiguration;
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
import org.openjdk.jmh.runner.RunnerException;

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
  private static final int RECORDS = 50_000;
  private static final int PORT = 45_500;
  private static final int CLIENT_PORT = 45_800;
  private static final double BAR = 0.8;
  private static final int ROUNDS = 3;

  private final byte[][] peerKeys = new byte[RECORDS][];
  private MultiReadSubject embedded;
  private MultiReadSubject remote;
  private IgniteCache<byte[], byte[]> peer;
  private IgniteClient client;
  private ClientCache<byte[], byte[]> thinPeer;

  /** Fills both with the same records. */
  @Setup(Level.Trial)
  public void fill() {
    String node = "ignite:embedded?port=%d&clientPort=%d&timeout=30s".formatted(PORT, CLIENT_PORT);
    embedded = new MultiReadSubject(node, RECORDS, (index, key, value) -> peerKeys[index] = key);
    String server = "ignite://127.0.0.1:%d?timeout=30s".formatted(CLIENT_PORT);
    remote = new MultiReadSubject(server, RECORDS, (index, key, value) -> {});
    peer =
        Ignition.allGrids()
            .getFirst()
            .getOrCreateCache(
                new CacheConfiguration<byte[], byte[]>("peer")
                    .setAtomicityMode(CacheAtomicityMode.ATOMIC)
                    .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                    .setReadFromBackup(false));
    for (byte[] key : peerKeys) {
      peer.put(key, new byte[MultiReadSubject.VALUE_BYTES]);
    }
    client =
        Ignition.startClient(new ClientConfiguration().setAddresses("127.0.0.1:" + CLIENT_PORT));
    thinPeer = client.cache("peer");
  }

  /** Ends both. */
  @TearDown(Level.Trial)
  public void close() {
    client.close();
    remote.close();
    embedded.close();
  }

  /** The store on the node in this process. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long embeddedMultiRead() {
    return embedded.multiRead();
  }

  /** Its peer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long embeddedGetAll() {
    return sum(peer.getAll(draw(embedded)));
  }

  /** The store through a thin client. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long thinMultiRead() {
    return remote.multiRead();
  }

  /** Its peer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long thinGetAll() {
    return sum(thinPeer.getAll(draw(remote)));
  }

  @SuppressWarnings("UndefinedEquals") // nobody looks a key up in this set
  private Set<byte[]> draw(MultiReadSubject subject) {
    Set<byte[]> drawn = LinkedHashSet.newLinkedHashSet(BATCH);
    for (int i = 0; i < BATCH; i++) {
      drawn.add(peerKeys[subject.nextIndex()]);
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
  public static void main(String[] arguments) throws RunnerException {
    Class<?> benchmark = IgniteMultiReadBenchmark.class;
    PeerRatio.compare(benchmark, "embeddedMultiRead", "embeddedGetAll", BAR, ROUNDS);
    PeerRatio.compare(benchmark, "thinMultiRead", "thinGetAll", BAR, ROUNDS);
  }
}

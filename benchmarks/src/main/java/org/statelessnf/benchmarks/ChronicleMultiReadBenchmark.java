package org.statelessnf.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.runner.RunnerException;

/**
 * What does the store contract cost over a bare Chronicle Map? A multi-read of 100 random keys of
 * 24 bytes with values of 64 bytes, against {@code getUsing} in a loop over the same keys with the
 * fastest marshallers known, which copy between the map and arrays that are used again and again.
 * The bar is 0.8 of the peer's keys per second. Both maps lie in files in memory and have the same
 * capacity; every measured operation is one key.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.ChronicleMultiReadBenchmark
 * java @nf-host/src/main/snf/jvm.args -jar benchmarks/target/benchmarks.jar \
 *     ChronicleMulti -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class ChronicleMultiReadBenchmark {
  private static final int BATCH = MultiReadSubject.BATCH;
  private static final int KEY_BYTES = MultiReadSubject.KEY_BYTES;
  private static final int VALUE_BYTES = MultiReadSubject.VALUE_BYTES;
  private static final double BAR = 0.8;
  private static final int ROUNDS = 5;

  /** Records in the store; keys are drawn evenly from all of them. */
  @Param({"200000"})
  public int records;

  private Path directory;
  private MultiReadSubject subject;
  private byte[][] peerKeys = {};
  private ChronicleMap<Buffer, Buffer> peer;
  private final Buffer peerKey = new Buffer(KEY_BYTES);
  private final Buffer peerValue = new Buffer(VALUE_BYTES);

  /** Bytes that are used again and again. */
  public static final class Buffer {
    private final byte[] bytes;
    private int length;

    Buffer(int room) {
      this.bytes = new byte[room];
    }
  }

  /** Copies between buffers and the map, without an object per call. */
  public static final class BufferMarshaller implements SizedReader<Buffer>, SizedWriter<Buffer> {
    @Override
    @SuppressWarnings("rawtypes")
    public Buffer read(Bytes in, long size, @Nullable Buffer using) {
      Buffer buffer = using == null ? new Buffer((int) size) : using;
      buffer.length = (int) size;
      in.read(buffer.bytes, 0, (int) size);
      return buffer;
    }

    @Override
    public long size(Buffer buffer) {
      return buffer.length;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void write(Bytes out, long size, Buffer buffer) {
      out.write(buffer.bytes, 0, buffer.length);
    }

    @Override
    public void readMarshallable(WireIn wire) {}

    @Override
    public void writeMarshallable(WireOut wire) {}
  }

  /** Fills both with the same records. */
  @Setup(Level.Trial)
  public void fill() throws IOException {
    Path memory = Path.of("/dev/shm");
    directory =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "snf-bench-")
            : Files.createTempDirectory("snf-bench-");
    BufferMarshaller marshaller = new BufferMarshaller();
    peer =
        ChronicleMap.of(Buffer.class, Buffer.class)
            .name("peer")
            .entries(2L * records)
            .averageKeySize(KEY_BYTES)
            .averageValueSize(VALUE_BYTES)
            .keyMarshaller(marshaller)
            .valueMarshaller(marshaller)
            .createPersistedTo(directory.resolve("peer").toFile());
    peerKeys = new byte[records][];
    peerKey.length = KEY_BYTES;
    peerValue.length = VALUE_BYTES;
    subject =
        new MultiReadSubject(
            "chronicle:" + directory + "?connectTimeout=60s&entries=" + 2L * records,
            records,
            (i, key, value) -> {
              peerKeys[i] = key;
              System.arraycopy(key, 0, peerKey.bytes, 0, KEY_BYTES);
              System.arraycopy(value, 0, peerValue.bytes, 0, VALUE_BYTES);
              peer.put(peerKey, peerValue);
            });
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    subject.close();
    peer.close();
    List<Path> all;
    try (Stream<Path> paths = Files.walk(directory)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
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
  public long bareRead() {
    long sum = 0;
    for (int i = 0; i < BATCH; i++) {
      System.arraycopy(peerKeys[subject.nextIndex()], 0, peerKey.bytes, 0, KEY_BYTES);
      Buffer value = peer.getUsing(peerKey, peerValue);
      sum += value.bytes[0];
    }
    return sum;
  }

  /** The store: unconditional writes. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long multiWrite() {
    return subject.multiWrite();
  }

  /** The peer: write every value; unlike the store's, a write torn by a kill is lost. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int bareWrite() {
    for (int i = 0; i < BATCH; i++) {
      System.arraycopy(peerKeys[subject.nextIndex()], 0, peerKey.bytes, 0, KEY_BYTES);
      peer.put(peerKey, peerValue);
    }
    return peerValue.length;
  }

  /** Prints the ratios: of reads, which have a bar, and of writes, for which 0.8 is a wish. */
  public static void main(String[] arguments) throws RunnerException {
    Class<?> benchmark = ChronicleMultiReadBenchmark.class;
    PeerRatio.compare(benchmark, "multiRead", "bareRead", BAR, ROUNDS);
    PeerRatio.compare(benchmark, "multiWrite", "bareWrite", BAR, ROUNDS);
  }
}

package org.statelessnf.io.pcap;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A stream of any length goes through one window, and through nothing on the heap. */
class LargeStreamTest {
  private static final long STREAM_BYTES = 200L << 20;
  private static final long HEAP_BYTES = 64 << 10;

  @Test
  void shouldReadLongPcapStreamWithoutHeap() throws IOException {
    byte[] header = CaptureBytes.littleEndian().pcapHeader(0xA1B2C3D4, 1).toArray();
    CaptureBytes records = CaptureBytes.littleEndian();
    for (int i = 0; i < 1000; i++) {
      records.record(i, i, CaptureBytes.data(60 + i, i));
    }
    readLong(header, records.toArray(), 1000);
  }

  @Test
  void shouldReadLongPcapngStreamWithoutHeap() throws IOException {
    byte[] header = CaptureBytes.bigEndian().section().interfaceBlock(1, 0).toArray();
    CaptureBytes blocks = CaptureBytes.bigEndian();
    for (int i = 0; i < 1000; i++) {
      blocks.enhancedPacket(0, i, CaptureBytes.data(60 + i, i)).block(5, blocks.buffer(20));
    }
    readLong(header, blocks.toArray(), 1000);
  }

  private static void readLong(byte[] header, byte[] part, int framesPerPart) throws IOException {
    Repeating stream = new Repeating(header, part, STREAM_BYTES / part.length);
    long before = allocated();
    try (CaptureReader reader = CaptureReader.open(stream, "stream", -1)) {
      CapturedFrame frame = new CapturedFrame();
      int last = 0;
      while (reader.next(frame)) {
        last = frame.length();
      }
      long used = allocated() - before;
      assertThat(reader.frames()).isEqualTo(STREAM_BYTES / part.length * framesPerPart);
      assertThat(last).isEqualTo(60 + 999);
      assertThat(reader.truncatedTail()).isFalse();
      assertThat(frame.memory().byteSize()).isEqualTo(CaptureWindow.CAPACITY);
      assertThat(used).as("heap bytes").isLessThan(HEAP_BYTES);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** Once a header, then many times a part; like a pipe in that reads end anywhere. */
  private static final class Repeating implements ReadableByteChannel {
    private final ByteBuffer header;
    private final ByteBuffer part;
    private long left;
    private int reads;

    Repeating(byte[] header, byte[] part, long times) {
      this.header = ByteBuffer.wrap(header);
      this.part = ByteBuffer.wrap(Arrays.copyOf(part, part.length)).limit(0);
      this.left = times;
    }

    @Override
    public int read(ByteBuffer target) {
      ByteBuffer from = header.hasRemaining() ? header : part;
      if (!from.hasRemaining()) {
        if (left-- <= 0) {
          return -1;
        }
        from.clear();
      }
      int count = Math.min(from.remaining(), target.remaining());
      count = Math.min(count, 1 + reads++ % 65_536);
      int limit = from.limit();
      target.put(from.limit(from.position() + count));
      from.limit(limit);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}

package org.statelessnf.io.pcap;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;

/**
 * A window of fixed size that slides forward over a stream of bytes.
 *
 * <pre>
 *   memory  |  consumed  |  available()  |  free  |
 *           0         position         limit   CAPACITY
 * </pre>
 *
 * <p>Parsers ask for so many contiguous bytes ({@link #ensure}), look at them relative to the
 * position, and {@link #advance}. Bytes behind the position stay where they are until the next
 * {@code ensure} or {@code skip}, which is what makes a delivered frame last until the next one.
 * Reading (not mapping) the file means that a file cut short by another process is an early end and
 * not a fault.
 */
final class CaptureWindow implements AutoCloseable {
  /** Window size. Nothing that must be seen at once may be longer. */
  static final int CAPACITY = 1 << 20;

  /** One read asks for at most this much, so that what is parsed next is still in the cache. */
  private static final int READ_BYTES = 256 * 1024;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(CAPACITY, Long.BYTES);
  private final ByteBuffer buffer = memory.asByteBuffer();
  private final String name;
  private ReadableByteChannel source;
  private boolean bigEndian;
  private boolean ended;
  private int position;
  private int limit;
  private long windowStart;

  /** Takes ownership of {@code source}, a channel in blocking mode. */
  CaptureWindow(String name, ReadableByteChannel source) {
    this.name = name;
    this.source = source;
  }

  /** The file's name, for messages. */
  String name() {
    return name;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Index of the next byte in {@link #memory()}. */
  int position() {
    return position;
  }

  /** Position of the next byte in the stream. */
  long streamOffset() {
    return windowStart + position;
  }

  /** Bytes at hand from the position on. */
  int available() {
    return limit - position;
  }

  void bigEndian(boolean bigEndian) {
    this.bigEndian = bigEndian;
  }

  /**
   * Makes {@code bytes} contiguous bytes available from the position on.
   *
   * @return false if the stream ends before; {@link #available()} tells how much there is
   */
  boolean ensure(int bytes) throws IOException {
    if (limit - position >= bytes) {
      return true;
    }
    if (bytes > CAPACITY) {
      throw new IllegalArgumentException(bytes + " bytes asked of a window of " + CAPACITY);
    }
    compact();
    while (limit < bytes && !ended) {
      fill();
    }
    return limit >= bytes;
  }

  void advance(int bytes) {
    if (bytes > limit - position) {
      throw new IllegalArgumentException(
          "advance by " + bytes + " bytes with " + available() + " at hand");
    }
    position += bytes;
  }

  /** Moves past {@code bytes} bytes of any number; false if the stream ends before. */
  boolean skip(long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      if (available() == 0 && !ensure(1)) {
        return false;
      }
      int step = (int) Math.min(left, available());
      advance(step);
      left -= step;
    }
    return true;
  }

  /** Forgets what was read and goes on with {@code other}: for content that turned out packed. */
  void replaceSource(ReadableByteChannel other) {
    source = other;
    ended = false;
    position = 0;
    limit = 0;
    windowStart = 0;
  }

  int u8(int at) {
    return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, index(at)));
  }

  int u16(int at) {
    short value = memory.get(SHORT, index(at));
    return Short.toUnsignedInt(bigEndian ? Short.reverseBytes(value) : value);
  }

  int i32(int at) {
    int value = memory.get(INT, index(at));
    return bigEndian ? Integer.reverseBytes(value) : value;
  }

  long u32(int at) {
    return Integer.toUnsignedLong(i32(at));
  }

  long i64(int at) {
    long value = memory.get(LONG, index(at));
    return bigEndian ? Long.reverseBytes(value) : value;
  }

  private long index(int at) {
    return (long) position + at;
  }

  private void compact() {
    if (position == 0) {
      return;
    }
    MemorySegment.copy(memory, position, memory, 0, available());
    windowStart += position;
    limit -= position;
    position = 0;
  }

  private void fill() throws IOException {
    buffer.limit(Math.min(CAPACITY, limit + READ_BYTES)).position(limit);
    int count;
    try {
      count = source.read(buffer);
    } catch (CaptureFormatException e) {
      throw e;
    } catch (ClosedByInterruptException e) {
      throw new IOException(name + ": reading was interrupted at byte " + endOffset(), e);
    } catch (IOException e) {
      throw new IOException(
          name + ": cannot be read at byte " + endOffset() + ": " + e.getMessage(), e);
    }
    if (count == 0) {
      throw new IOException(name + ": the channel to read from is not in blocking mode");
    }
    if (count < 0) {
      ended = true;
    } else {
      limit += count;
    }
  }

  private long endOffset() {
    return windowStart + limit;
  }

  @Override
  public void close() throws IOException {
    if (!arena.scope().isAlive()) {
      return;
    }
    try (arena) {
      source.close();
    }
  }
}

package org.statelessnf.io.pcap;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The uncompressed bytes of a gzip stream (RFC 1952), as a channel.
 *
 * <p>A stream that stops early ends like any other, so that what it held is still used, and says so
 * in {@link #cutShort()}. Memory is constant however much the stream expands.
 */
final class GzipSource implements ReadableByteChannel {
  private static final int CHUNK_BYTES = 64 * 1024;

  private final String name;
  private final ReadableByteChannel packed;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final InputStream unpacked;
  private boolean cutShort;

  /** {@code head}: what was already taken from {@code packed} to recognise the format. */
  GzipSource(String name, byte[] head, ReadableByteChannel packed) throws IOException {
    this.name = name;
    this.packed = packed;
    try {
      this.unpacked = new GZIPInputStream(new PackedStream(head, packed), CHUNK_BYTES);
    } catch (EOFException | ZipException e) {
      throw new CaptureFormatException(name, "damaged gzip header");
    }
  }

  /** Whether the compressed stream stopped before its end. */
  boolean cutShort() {
    return cutShort;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    try {
      int count = unpacked.read(chunk, 0, Math.min(chunk.length, target.remaining()));
      if (count > 0) {
        target.put(chunk, 0, count);
      }
      return count;
    } catch (EOFException e) {
      cutShort = true;
      return -1;
    } catch (ZipException e) {
      throw new CaptureFormatException(name, "damaged gzip data: " + e.getMessage());
    }
  }

  @Override
  public boolean isOpen() {
    return packed.isOpen();
  }

  @Override
  public void close() throws IOException {
    try (packed) {
      unpacked.close();
    }
  }

  /** The compressed bytes: those taken already, then the channel's. */
  private static final class PackedStream extends InputStream {
    private final ByteBuffer head;
    private final ReadableByteChannel channel;

    PackedStream(byte[] head, ReadableByteChannel channel) {
      this.head = ByteBuffer.wrap(head);
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (head.hasRemaining()) {
        int count = Math.min(length, head.remaining());
        head.get(target, offset, count);
        return count;
      }
      return channel.read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public void close() {
      // The channel belongs to the enclosing object.
    }
  }
}

package org.statelessnf.io.pcap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * A capture as a sink of packets: what is transmitted is written, with the packet's own time stamp,
 * and released to its owner. Nothing is received from it.
 *
 * <p>While packets flow, they reach the operating system after a second at most. A failure (a full
 * disk) does not stop the caller: packets are released and counted in {@link #lost()}, {@link
 * #failure()} tells at once and {@link #close} throws it. It is final.
 */
public final class CaptureOutputPort implements PacketPort {
  private static final long FLUSH_INTERVAL_NANOS = 1_000_000_000L;

  private final CaptureWriter writer;
  private long flushedNanos = System.nanoTime();
  private volatile long clockNanos = Long.MIN_VALUE;
  private volatile long lost;
  private volatile @Nullable IOException failure;

  /** Makes the port. The writer becomes the port's, which closes it. */
  public CaptureOutputPort(CaptureWriter writer) {
    this.writer = writer;
  }

  @Override
  public String name() {
    return writer.name();
  }

  /** Nothing ever arrives. */
  @Override
  public int receive(Packet[] burst, int max) {
    return 0;
  }

  /** Writes and releases the packets. Accepts all of them, always. */
  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    int written = 0;
    try {
      while (failure == null && written < count) {
        write(burst[offset + written]);
        written++;
      }
      flushIfDue();
    } catch (IOException e) {
      failure = e;
    } finally {
      countLost(count - written);
      free(burst, offset, count);
    }
    return count;
  }

  private void write(Packet packet) throws IOException {
    long timestampNanos = packet.timestampNanos();
    writer.write(
        packet.memory(),
        packet.offset(),
        packet.length(),
        Math.max(packet.wireLength(), packet.length()),
        timestampNanos,
        packet.linkType());
    if (timestampNanos > clockNanos) {
      clockNanos = timestampNanos;
    }
  }

  private void flushIfDue() throws IOException {
    long now = System.nanoTime();
    if (now - flushedNanos >= FLUSH_INTERVAL_NANOS && failure == null) {
      flushedNanos = now;
      writer.flush();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread transmits
  private void countLost(int packets) {
    if (packets > 0) {
      lost += packets;
    }
  }

  /** Always true: see {@link #receive}. */
  @Override
  public boolean exhausted() {
    return true;
  }

  /** The highest time stamp written. */
  @Override
  public long clockNanos() {
    return clockNanos;
  }

  /** Packets written. To be asked by the transmitting thread or after it has finished. */
  public long frames() {
    return writer.frames();
  }

  /**
   * Packets that were transmitted after a failure. Of the packets before it, those of the last half
   * mebibyte may be missing as well.
   */
  public long lost() {
    return lost;
  }

  /** Why packets are lost, null if none are. Any thread. */
  public @Nullable IOException failure() {
    return failure;
  }

  /**
   * Writes what is left and closes the capture.
   *
   * @throws UncheckedIOException {@link #failure()}, if there is one, after closing
   */
  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
    }
    IOException reason = failure;
    if (reason != null) {
      throw new UncheckedIOException(reason.getMessage(), reason);
    }
  }
}

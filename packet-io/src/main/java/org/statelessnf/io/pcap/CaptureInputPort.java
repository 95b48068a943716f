package org.statelessnf.io.pcap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.nf.port.PacketPort;

/**
 * A capture as a source of packets, as fast as they are asked for; nothing is sent to it.
 *
 * <p>Each frame is copied into a packet of the pool. Frames longer than the pool's buffers are
 * counted in {@link #oversized()} and left out; {@link CaptureSummary#scan} tells beforehand how
 * large buffers must be (for a stream, {@link CaptureReader#snapLength()} is the best there is).
 *
 * <p>A file that turns out damaged ends the input after the frames in front of the damage: {@link
 * #failure()} tells at once, {@link #close} throws it. A stream is waited for.
 */
public final class CaptureInputPort implements PacketPort {
  private final CaptureReader reader;
  private final PacketPool pool;
  private final ProgressListener progress;
  private final CapturedFrame frame = new CapturedFrame();
  private volatile boolean exhausted;
  private volatile long clockNanos = Long.MIN_VALUE;
  private volatile long oversized;
  private volatile @Nullable IOException failure;

  /**
   * Makes the port.
   *
   * @param reader becomes the port's, which closes it
   * @param pool stays the caller's
   * @param progress called once per burst by the receiving thread
   */
  public CaptureInputPort(CaptureReader reader, PacketPool pool, ProgressListener progress) {
    this.reader = reader;
    this.pool = pool;
    this.progress = progress;
  }

  @Override
  public String name() {
    return reader.name();
  }

  /**
   * Reads up to {@code max} frames. Fewer packets come back where frames are oversized, where the
   * pool has run dry (nothing is lost by that) and at the end.
   */
  @Override
  public int receive(Packet[] burst, int max) {
    if (exhausted) {
      return 0;
    }
    int acquired = pool.acquire(burst, 0, Math.min(max, burst.length));
    if (acquired == 0) {
      return 0;
    }
    int filled = 0;
    try {
      filled = fill(burst, acquired);
    } finally {
      pool.release(burst, filled, acquired - filled);
    }
    stamp(burst, filled);
    progress.onProgress(reader.bytesRead(), reader.totalBytes(), reader.frames());
    return filled;
  }

  private int fill(Packet[] burst, int acquired) {
    int filled = 0;
    for (int reads = 0; reads < acquired; reads++) {
      if (!readFrame()) {
        exhausted = true;
        break;
      }
      if (frame.length() <= pool.maxFrameBytes()) {
        copyTo(burst[filled++]);
      } else {
        countOversized();
      }
    }
    return filled;
  }

  private boolean readFrame() {
    try {
      return reader.next(frame);
    } catch (IOException e) {
      failure = e;
      return false;
    }
  }

  private void copyTo(Packet packet) {
    MemorySegment memory = pool.memory();
    long offset = packet.offset();
    MemorySegment.copy(frame.memory(), frame.offset(), memory, offset, frame.length());
    packet.wrap(memory, offset, frame.length(), frame.wireLength(), frame.timestampNanos());
    packet.linkType(frame.linkType());
  }

  private void stamp(Packet[] burst, int count) {
    if (count == 0) {
      return;
    }
    long now = System.nanoTime();
    long latest = clockNanos;
    for (int i = 0; i < count; i++) {
      Packet packet = burst[i];
      packet.arrivalNanos(now);
      latest = Math.max(latest, packet.timestampNanos());
    }
    clockNanos = latest;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread receives
  private void countOversized() {
    oversized++;
  }

  /** Not possible: a capture that is read takes no packets. */
  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    throw new UnsupportedOperationException(name() + " is an input");
  }

  /** True at the end of the file, damaged or not. */
  @Override
  public boolean exhausted() {
    return exhausted;
  }

  /** The highest timestamp handed out. */
  @Override
  public long clockNanos() {
    return clockNanos;
  }

  /** Frames left out because they are longer than the pool's buffers. */
  public long oversized() {
    return oversized;
  }

  /** Frames read, those left out included. To be asked by the receiving thread or after the end. */
  public long frames() {
    return reader.frames();
  }

  /** What ended the input before its end, null if nothing did. Any thread. */
  public @Nullable IOException failure() {
    return failure;
  }

  /** A line for the user if the capture was cut short; see {@link CaptureReader#truncation()}. */
  public @Nullable String warning() {
    return exhausted ? reader.truncation() : null;
  }

  /**
   * Closes the capture.
   *
   * @throws UncheckedIOException {@link #failure()}, if there is one, after closing
   */
  @Override
  public void close() {
    try {
      reader.close();
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

package org.statelessnf.host.replay;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CapturedFrame;

/**
 * Frames of a capture that is still being written, such as a pipe: a thread of its own waits for
 * them, so that nobody else has to.
 */
public final class CaptureStreamSource implements FrameSource {
  private static final int READ_AHEAD = 1024;
  private static final Frame NOTHING = new Frame(new byte[0], 0, 0, 0, 0);

  private final CaptureReader reader;
  private final ArrayBlockingQueue<Frame> arrived = new ArrayBlockingQueue<>(READ_AHEAD);
  private final Thread thread;
  private Frame current = NOTHING;
  private volatile boolean ended;
  private volatile @Nullable IOException failure;

  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Frame(
      byte[] bytes, int wireLength, long timestampNanos, int linkType, long bytesRead) {}

  /**
   * Makes the source and starts to read.
   *
   * @param reader becomes the source's, which closes it
   */
  public CaptureStreamSource(CaptureReader reader) {
    this.reader = reader;
    this.thread = Thread.ofPlatform().name("capture-reader").daemon().start(this::read);
  }

  private void read() {
    CapturedFrame frame = new CapturedFrame();
    try {
      while (reader.next(frame)) {
        byte[] bytes =
            frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE);
        arrived.put(
            new Frame(
                bytes,
                frame.wireLength(),
                frame.timestampNanos(),
                frame.linkType(),
                reader.bytesRead()));
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended = true;
    }
  }

  @Override
  public Arrival next() throws IOException {
    boolean last = ended; // before looking: what was put before the end is seen
    Frame next = arrived.poll();
    if (next != null) {
      current = next;
      return Arrival.FRAME;
    }
    if (!last) {
      return Arrival.NOT_YET;
    }
    IOException reason = failure;
    if (reason != null) {
      throw reason;
    }
    return Arrival.END;
  }

  @Override
  public MemorySegment memory() {
    return MemorySegment.ofArray(current.bytes);
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public int length() {
    return current.bytes.length;
  }

  @Override
  public int wireLength() {
    return current.wireLength;
  }

  @Override
  public long timestampNanos() {
    return current.timestampNanos;
  }

  @Override
  public int linkType() {
    return current.linkType;
  }

  @Override
  public long bytesRead() {
    return current.bytesRead;
  }

  @Override
  public long totalBytes() {
    return reader.totalBytes();
  }

  /** Closes the stream; a thread that still waits for it is left to its wait. */
  @Override
  public void close() throws IOException {
    thread.interrupt();
    if (ended) {
      reader.close();
    }
  }
}

package org.statelessnf.host.trace;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.statelessnf.host.replay.FrameSource;
import org.statelessnf.nf.packet.LinkType;

/** A trace in memory as a source for a replay. */
public final class TraceSource implements FrameSource {
  private final List<TraceFrame> frames;
  private MemorySegment memory = MemorySegment.NULL;
  private int next;

  /**
   * Makes the source.
   *
   * @param frames in the order of their time
   */
  public TraceSource(List<TraceFrame> frames) {
    this.frames = frames;
  }

  @Override
  public Arrival next() {
    if (next == frames.size()) {
      return Arrival.END;
    }
    memory = MemorySegment.ofArray(frames.get(next++).bytes());
    return Arrival.FRAME;
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public int length() {
    return (int) memory.byteSize();
  }

  @Override
  public int wireLength() {
    return (int) memory.byteSize();
  }

  @Override
  public long timestampNanos() {
    return frames.get(next - 1).timestampNanos();
  }

  @Override
  public int linkType() {
    return LinkType.ETHERNET;
  }

  @Override
  public long bytesRead() {
    return next;
  }

  @Override
  public long totalBytes() {
    return frames.size();
  }

  @Override
  public void close() {}
}

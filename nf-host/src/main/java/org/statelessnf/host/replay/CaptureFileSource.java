package org.statelessnf.host.replay;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CapturedFrame;

/** Frames of a capture file. */
public final class CaptureFileSource implements FrameSource {
  private final CaptureReader reader;
  private final CapturedFrame frame = new CapturedFrame();

  /**
   * Makes the source.
   *
   * @param reader becomes the source's, which closes it
   */
  public CaptureFileSource(CaptureReader reader) {
    this.reader = reader;
  }

  @Override
  public Arrival next() throws IOException {
    return reader.next(frame) ? Arrival.FRAME : Arrival.END;
  }

  @Override
  public MemorySegment memory() {
    return frame.memory();
  }

  @Override
  public long offset() {
    return frame.offset();
  }

  @Override
  public int length() {
    return frame.length();
  }

  @Override
  public int wireLength() {
    return frame.wireLength();
  }

  @Override
  public long timestampNanos() {
    return frame.timestampNanos();
  }

  @Override
  public int linkType() {
    return frame.linkType();
  }

  @Override
  public long bytesRead() {
    return reader.bytesRead();
  }

  @Override
  public long totalBytes() {
    return reader.totalBytes();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}

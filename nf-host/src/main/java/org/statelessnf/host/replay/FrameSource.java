package org.statelessnf.host.replay;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Frames in the order they were captured, one at a time. One thread only. */
public interface FrameSource extends AutoCloseable {

  /** What a call of {@link #next} found. */
  enum Arrival {
    /** A frame; the accessors speak of it until the next call. */
    FRAME,
    /** None yet; ask again. Only a stream answers so. */
    NOT_YET,
    /** The end, from now on. */
    END
  }

  /**
   * Moves to the next frame, without waiting for one.
   *
   * @throws IOException one line that names the source, if it is damaged or cannot be read
   */
  Arrival next() throws IOException;

  /** Memory that holds the frame. */
  MemorySegment memory();

  /** Where the frame starts in {@link #memory()}. */
  long offset();

  /** Captured bytes. */
  int length();

  /** Bytes that were on the wire. */
  int wireLength();

  /** Packet time in nanoseconds since 1970. */
  long timestampNanos();

  /** A {@link org.statelessnf.nf.packet.LinkType}. */
  int linkType();

  /** Bytes of the source used so far. */
  long bytesRead();

  /** Size of the source, -1 if not known. */
  long totalBytes();

  @Override
  void close() throws IOException;
}

package org.statelessnf.io.pcap;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** One of the formats that are written. Lengths were checked by the caller. */
interface CaptureEncoder {
  /** Appends one frame. Negative times become 0. */
  void write(
      MemorySegment memory,
      long offset,
      int length,
      int wireLength,
      long timestampNanos,
      int linkType)
      throws IOException;
}

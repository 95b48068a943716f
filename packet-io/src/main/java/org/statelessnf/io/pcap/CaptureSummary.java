package org.statelessnf.io.pcap;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What one pass over a capture finds: enough to size packet buffers before the real pass.
 *
 * @param frames number of frames
 * @param capturedBytes their captured bytes
 * @param maxFrameBytes captured length of the longest one, 0 if there is none
 * @param maxTimestampNanos the highest time stamp, 0 if there is none
 */
public record CaptureSummary(
    long frames, long capturedBytes, int maxFrameBytes, long maxTimestampNanos) {

  /**
   * Reads all of {@code file}, which must not be a stream: what was read of a stream is gone.
   *
   * @throws CaptureFormatException as {@link CaptureReader} does
   */
  public static CaptureSummary scan(Path file) throws IOException {
    try (CaptureReader reader = CaptureReader.open(file)) {
      if (reader.totalBytes() < 0) {
        throw new IllegalArgumentException(reader.name() + " can be read only once");
      }
      CapturedFrame frame = new CapturedFrame();
      long bytes = 0;
      int longest = 0;
      long latest = 0;
      while (reader.next(frame)) {
        bytes += frame.length();
        longest = Math.max(longest, frame.length());
        latest = Math.max(latest, frame.timestampNanos());
      }
      return new CaptureSummary(reader.frames(), bytes, longest, latest);
    }
  }
}

package org.statelessnf.io.pcap;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;

/**
 * The capture readers, for Jazzer; see docs/hardening.md. Without it, the committed inputs only.
 */
class CaptureFuzzTest {
  /** Of an input of a few kilobytes; gzip may make more of it, each at least a header long. */
  private static final int MAX_FRAMES = 100_000;

  @FuzzTest(maxDuration = "2m")
  void read(byte[] data) throws IOException {
    CapturedFrame frame = new CapturedFrame();
    try (CaptureReader reader =
        CaptureReader.open(
            Channels.newChannel(new ByteArrayInputStream(data)), "fuzzed", data.length)) {
      long bytes = 0;
      while (reader.next(frame) && reader.frames() < MAX_FRAMES) {
        for (int i = 0; i < frame.length(); i += Math.max(1, frame.length() - 1)) {
          bytes += frame.memory().get(ValueLayout.JAVA_BYTE, frame.offset() + i);
        }
      }
      if (reader.truncatedTail() != (reader.truncation() != null) || bytes == Long.MIN_VALUE) {
        throw new AssertionError("truncated or not");
      }
    } catch (CaptureFormatException e) {
      String message = String.valueOf(e.getMessage());
      if (message.isEmpty() || message.lines().count() != 1) {
        throw new AssertionError("not one line: " + message, e);
      }
    }
  }
}

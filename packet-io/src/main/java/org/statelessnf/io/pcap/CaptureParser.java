package org.statelessnf.io.pcap;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What pcap and pcapng parsing have in common: where we are, and how to say what is wrong there.
 */
abstract class CaptureParser {
  final CaptureWindow window;
  private long frames;
  private long recordOffset;
  private boolean ended;
  private boolean truncatedTail;
  private @Nullable CaptureFormatException damage;

  CaptureParser(CaptureWindow window) {
    this.window = window;
  }

  /** Moves {@code frame} to the next frame; false at the end. End and damage are final. */
  final boolean next(CapturedFrame frame) throws IOException {
    if (ended) {
      return false;
    }
    if (damage != null) {
      throw damage;
    }
    try {
      return read(frame);
    } catch (CaptureFormatException e) {
      damage = e;
      throw e;
    }
  }

  /** {@link #next} of a file that has neither ended nor turned out damaged. */
  abstract boolean read(CapturedFrame frame) throws IOException;

  abstract CaptureFormat format();

  /** The canonical link type of the first interface; Ethernet if the file has none. */
  abstract int linkType();

  /** The frame length the file announces, 0 if none; files exceed it. */
  abstract long snapLength();

  abstract boolean nanosecondResolution();

  final long frames() {
    return frames;
  }

  final boolean truncatedTail() {
    return truncatedTail;
  }

  /** Where the last record or block that was looked at starts. */
  final long recordOffset() {
    return recordOffset;
  }

  final void beginRecord() {
    recordOffset = window.streamOffset();
  }

  final long countFrame() {
    return ++frames;
  }

  /** The stream ended in front of a record ({@code clean}) or within one. */
  final boolean end(boolean clean) {
    ended = true;
    truncatedTail = !clean;
    return false;
  }

  final CaptureFormatException malformed(String what) {
    return new CaptureFormatException(window.name(), what, frames + 1, recordOffset);
  }
}

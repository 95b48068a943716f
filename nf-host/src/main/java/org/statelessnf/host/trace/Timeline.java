package org.statelessnf.host.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Frames with their times, in whatever order they are made. */
final class Timeline {
  private final long beginNanos;
  private final List<TraceFrame> frames = new ArrayList<>();

  Timeline(long beginNanos) {
    this.beginNanos = beginNanos;
  }

  /**
   * Adds a frame.
   *
   * @param atNanos from the beginning of the trace
   */
  void add(long atNanos, byte[] frame) {
    frames.add(new TraceFrame(beginNanos + atNanos, frame));
  }

  /**
   * The frames by time, those of the same time as they were added. No two keep the same time: it
   * then names the packet, whatever is rewritten in it.
   */
  List<TraceFrame> inOrder() {
    frames.sort(Comparator.comparingLong(TraceFrame::timestampNanos));
    long last = Long.MIN_VALUE;
    for (int i = 0; i < frames.size(); i++) {
      TraceFrame frame = frames.get(i);
      if (frame.timestampNanos() <= last) {
        frame = new TraceFrame(last + 1, frame.bytes());
        frames.set(i, frame);
      }
      last = frame.timestampNanos();
    }
    return List.copyOf(frames);
  }
}

package org.statelessnf.host.command;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CaptureWriter;
import org.statelessnf.io.pcap.CapturedFrame;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/** What goes into a run, and what has come out. */
final class Captures {

  /** Decides by a frame's number, and by its number within its flow, both from 0. */
  @FunctionalInterface
  interface Choice {
    boolean takes(int frame, int inFlow);
  }

  private Captures() {}

  /** Copies some frames of a capture, in order. */
  static Path copy(Path whole, Path into, Choice choice) throws IOException {
    Map<Long, Integer> flows = new HashMap<>();
    try (Arena arena = Arena.ofConfined();
        CaptureReader reader = CaptureReader.open(whole);
        CaptureWriter writer = CaptureWriter.openLike(into, reader)) {
      MemorySegment memory = arena.allocate(CaptureReader.MAX_FRAME_BYTES);
      CapturedFrame frame = new CapturedFrame();
      Packet packet = new Packet();
      for (int i = 0; reader.next(frame); i++) {
        MemorySegment.copy(frame.memory(), frame.offset(), memory, 0, frame.length());
        packet.wrap(memory, 0, frame.length(), frame.wireLength(), frame.timestampNanos());
        packet.linkType(frame.linkType());
        PacketParser.parse(packet);
        int inFlow = flows.merge(FlowKeys.flowHash(packet), 1, Integer::sum) - 1;
        if (choice.takes(i, inFlow)) {
          writer.write(
              frame.memory(),
              frame.offset(),
              frame.length(),
              frame.wireLength(),
              frame.timestampNanos());
        }
      }
    }
    return into;
  }

  /** The frames of a capture, as text; those that are whole, if it is still being written. */
  static List<String> frames(Path capture) throws IOException {
    List<String> frames = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(capture)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        byte[] bytes =
            frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE);
        frames.add(Arrays.toString(bytes));
      }
    }
    return frames;
  }
}

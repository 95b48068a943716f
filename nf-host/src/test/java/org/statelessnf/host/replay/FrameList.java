package org.statelessnf.host.replay;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.statelessnf.host.trace.TraceFrame;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/** Frames in memory: a sink of a replay that keeps what comes out. */
final class FrameList implements FrameSink {
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment room = arena.allocate(1 << 18);
  private final List<TraceFrame> frames = new ArrayList<>();

  static FrameList of(List<TraceFrame> frames) {
    FrameList list = new FrameList();
    list.frames.addAll(frames);
    return list;
  }

  List<TraceFrame> frames() {
    return frames;
  }

  /** The frames of each flow, as text, in their order. */
  Map<Long, List<String>> byFlow() {
    Map<Long, List<String>> flows = new LinkedHashMap<>();
    Packet packet = new Packet();
    for (TraceFrame frame : frames) {
      MemorySegment.copy(frame.bytes(), 0, room, ValueLayout.JAVA_BYTE, 0, frame.bytes().length);
      packet.wrap(room, 0, frame.bytes().length, frame.bytes().length, frame.timestampNanos());
      packet.linkType(LinkType.ETHERNET);
      PacketParser.parse(packet);
      flows.computeIfAbsent(FlowKeys.flowHash(packet), flow -> new ArrayList<>()).add(text(frame));
    }
    return flows;
  }

  /** Every frame as text. */
  List<String> texts() {
    return frames.stream().map(FrameList::text).toList();
  }

  private static String text(TraceFrame frame) {
    return frame.timestampNanos() + " " + java.util.HexFormat.of().formatHex(frame.bytes());
  }

  @Override
  public void write(Packet packet) {
    byte[] bytes =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    frames.add(new TraceFrame(packet.timestampNanos(), bytes));
  }
}

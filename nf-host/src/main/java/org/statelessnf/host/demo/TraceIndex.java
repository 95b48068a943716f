package org.statelessnf.host.demo;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.statelessnf.host.trace.TraceFrame;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/** A trace's packets by their times, which are all different, and the conversation of each. */
final class TraceIndex {
  private final List<TraceFrame> frames;
  private final Map<Long, Integer> byTime = new HashMap<>();
  private final int[] conversation;
  private final int conversations;
  private final MemorySegment room = Arena.ofAuto().allocate(1 << 16);
  private final Packet packet = new Packet();

  TraceIndex(List<TraceFrame> frames) {
    this.frames = frames;
    this.conversation = new int[frames.size()];
    Map<Long, Integer> numbers = new HashMap<>();
    for (int i = 0; i < frames.size(); i++) {
      byTime.put(frames.get(i).timestampNanos(), i);
      long flow = FlowKeys.flowHash(original(i));
      Integer known = numbers.putIfAbsent(flow, numbers.size());
      conversation[i] = known == null ? numbers.size() - 1 : known;
    }
    conversations = numbers.size();
  }

  List<TraceFrame> frames() {
    return frames;
  }

  int size() {
    return frames.size();
  }

  int conversations() {
    return conversations;
  }

  int conversation(int index) {
    return conversation[index];
  }

  /** Position of the packet of that time. */
  int indexOf(long timestampNanos) {
    Integer index = byTime.get(timestampNanos);
    if (index == null) {
      throw new IllegalArgumentException("no packet of the trace has time " + timestampNanos);
    }
    return index;
  }

  /** A packet as the trace has it, parsed; valid until the next call. */
  Packet original(int index) {
    TraceFrame frame = frames.get(index);
    int length = frame.bytes().length;
    MemorySegment.copy(frame.bytes(), 0, room, ValueLayout.JAVA_BYTE, 0, length);
    packet.wrap(room, 0, length, length, frame.timestampNanos());
    packet.linkType(LinkType.ETHERNET);
    PacketParser.parse(packet);
    return packet;
  }
}

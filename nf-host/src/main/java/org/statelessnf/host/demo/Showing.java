package org.statelessnf.host.demo;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.replay.FrameSink;
import org.statelessnf.host.replay.ReplayListener;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/** One run of a trace: which packets came out, who held them, and whether they were right. */
final class Showing implements FrameSink, ReplayListener {
  static final int NOBODY = -1;

  private final TraceIndex trace;
  private final Peer peer;
  private final BitSet passed = new BitSet();
  private final int[] heldBy;
  private final int[] departure;
  private int departures;
  private int wrong;
  private @Nullable ReplayResult result;

  Showing(TraceIndex trace, Peer peer) {
    this.trace = trace;
    this.peer = peer;
    this.heldBy = new int[trace.size()];
    this.departure = new int[trace.size()];
    Arrays.fill(heldBy, NOBODY);
    Arrays.fill(departure, Integer.MAX_VALUE);
  }

  @Override
  public void onDeparture(Packet packet, int instance) {
    int index = trace.indexOf(packet.timestampNanos());
    heldBy[index] = instance;
    departure[index] = departures++;
    peer.depart(packet);
  }

  @Override
  public void write(Packet packet) {
    PacketParser.parse(packet); // it may have been rewritten
    int index = trace.indexOf(packet.timestampNanos());
    if (passed.get(index) || !peer.accept(packet, trace.original(index))) {
      wrong++;
    }
    passed.set(index);
  }

  void ended(ReplayResult with) {
    result = with;
  }

  ReplayResult result() {
    if (result == null) {
      throw new IllegalStateException("not over yet");
    }
    return result;
  }

  /** Which packets came out, by their position in the trace. */
  BitSet passed() {
    return passed;
  }

  /** The instance that a packet was dealt to, {@link #NOBODY} if to none. */
  int heldBy(int index) {
    return heldBy[index];
  }

  /**
   * How many packets had been dealt before a packet was; packets that waited for others of their
   * flow come later than in the trace.
   */
  int departure(int index) {
    return departure[index];
  }

  /** Packets that came out twice, with wrong addresses, or with wrong checksums. */
  int wrong() {
    return wrong;
  }
}

package org.statelessnf.io.wire;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * One end of a transparent bump in the wire: IP packets are the network function's, which forwards
 * them to the other end unchanged in their link layer; the frames of each {@link FrameClass} go
 * past it to the other end, or are dropped, by policy. Neither end has an address.
 *
 * <p>Frames that pass beside the network function overtake packets that it still holds.
 *
 * <p>Threads and ownership as for {@link WirePort}: one thread serves both ends.
 */
public final class BridgePort extends WirePort {
  private final Set<FrameClass> passed;
  private @Nullable BridgePort peer;

  private BridgePort(PacketPort device, Set<FrameClass> passed, WireCounters counters) {
    super(device, counters);
    this.passed = passed;
  }

  /**
   * Joins two devices.
   *
   * @param inside device that faces the inside
   * @param outside device that faces the outside
   * @param passed what passes beside the network function
   * @return the ends, inside first
   */
  public static BridgePort[] join(PacketPort inside, PacketPort outside, Set<FrameClass> passed) {
    Set<FrameClass> copy = Set.copyOf(passed);
    BridgePort left = new BridgePort(inside, copy, new WireCounters());
    BridgePort right = new BridgePort(outside, copy, new WireCounters());
    left.peer = right;
    right.peer = left;
    return new BridgePort[] {left, right};
  }

  /** What went past the network function here. */
  public WireCounters counters() {
    return counters;
  }

  @Override
  public int receive(Packet[] burst, int max) {
    int received = device.receive(burst, max);
    int kept = 0;
    for (int i = 0; i < received; i++) {
      Packet packet = burst[i];
      FrameClass frame = FrameClass.of(packet);
      if (frame == null) {
        burst[kept++] = packet;
      } else if (passed.contains(frame)) {
        counters.count(frame.passed());
        Objects.requireNonNull(peer).send(packet);
      } else {
        drop(packet, WireEvent.DROPPED_BY_POLICY);
      }
    }
    return kept;
  }

  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    return device.transmit(burst, offset, count);
  }

  /** Does nothing: the device is the caller's. */
  @Override
  public void close() {}
}

package org.statelessnf.io.wire;

import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * A port that does link-layer work between a device and a network function.
 *
 * <p><b>Threads.</b> Stricter than {@link PacketPort}: one thread receives from and transmits to
 * both ports of a wire, because a frame received by one may be answered there or passed on by the
 * other at once. A pipe without a receive thread is such a thread.
 *
 * <p><b>Ownership.</b> The device stays the caller's, who closes it after the wire. Frames that the
 * network function never sees are transmitted or released here.
 */
abstract class WirePort implements PacketPort {
  private static final int TRANSMIT_TRIES = 1_000;

  final PacketPort device;
  final WireCounters counters;
  private final Packet[] single = new Packet[1];

  WirePort(PacketPort device, WireCounters counters) {
    this.device = device;
    this.counters = counters;
  }

  final void drop(Packet packet, WireEvent why) {
    counters.count(why);
    packet.release();
  }

  /** Sends a frame as it is, or drops it if the device takes none for too long. */
  @SuppressWarnings("ThreadPriorityCheck") // yielding is only ever a courtesy here
  final void send(Packet packet) {
    single[0] = packet;
    for (int tries = 0; tries < TRANSMIT_TRIES; tries++) {
      if (device.transmit(single, 0, 1) == 1) {
        return;
      }
      Thread.yield();
    }
    drop(packet, WireEvent.EGRESS_FULL);
  }

  @Override
  public final String name() {
    return device.name();
  }

  @Override
  public final void free(Packet[] burst, int offset, int count) {
    device.free(burst, offset, count);
  }

  @Override
  public final @Nullable Packet allocate(int frameBytes) {
    return device.allocate(frameBytes);
  }

  @Override
  public final boolean exhausted() {
    return device.exhausted();
  }

  @Override
  public final long clockNanos() {
    return device.clockNanos();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + device.name() + "]";
  }
}

package org.statelessnf.host.bench.nf;

import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * Hands out preloaded packets once, as fast as they are taken or at a pace, and counts what comes
 * out. At a pace, a packet has arrived when it was meant to, not when it is taken: latency counts
 * from then, so that nobody who falls behind looks quick. One thread only.
 */
final class PacedPort implements PacketPort {
  private final Packet[] packets;
  private final double perSecond;
  private int next;
  private int sent;
  private int dropped;
  private long startNanos;
  private long lastNanos;
  private long clockNanos = Long.MIN_VALUE;

  /**
   * A port that hands out nothing yet.
   *
   * @param packets in the order of arrival
   * @param perSecond the pace; 0 for as fast as they are taken
   */
  PacedPort(Packet[] packets, double perSecond) {
    this.packets = packets;
    this.perSecond = perSecond;
  }

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public int receive(Packet[] burst, int max) {
    long now = System.nanoTime();
    if (next == 0) {
      startNanos = now;
    }
    int count = 0;
    while (count < max && next < packets.length) {
      long arrival = perSecond == 0 ? now : startNanos + (long) (next / perSecond * 1_000_000_000L);
      if (arrival - now > 0) {
        break;
      }
      Packet packet = packets[next++];
      packet.arrivalNanos(arrival);
      clockNanos = packet.timestampNanos();
      burst[count++] = packet;
    }
    return count;
  }

  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    sent += count;
    lastNanos = System.nanoTime();
    return count;
  }

  @Override
  public void free(Packet[] burst, int offset, int count) {
    dropped += count;
    lastNanos = System.nanoTime();
  }

  @Override
  public boolean exhausted() {
    return next == packets.length;
  }

  @Override
  public long clockNanos() {
    return clockNanos;
  }

  @Override
  public void close() {}

  /** Packets that came out. */
  int sent() {
    return sent;
  }

  /** Packets that were dropped. */
  int dropped() {
    return dropped;
  }

  /** Packets per second, from the first one in to the last one out. */
  double packetsPerSecond() {
    return packets.length * 1e9 / Math.max(1, lastNanos - startNanos);
  }
}

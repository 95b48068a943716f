package org.statelessnf.benchmarks;

import java.lang.management.ManagementFactory;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * Hands out preloaded packets once, as fast as they are taken, and counts what is sent. Notes the
 * time of the first packet and of the end, and what the receiving thread allocated in the second
 * half of the run.
 */
final class PreloadedPort implements PacketPort {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Packet[] packets;
  private int next;
  private int sent;
  private long startNanos;
  private long endNanos;
  private long allocatedHalfWay;
  private long allocatedAtEnd;
  private long clockNanos = Long.MIN_VALUE;

  PreloadedPort(Packet[] packets) {
    this.packets = packets;
  }

  @Override
  public String name() {
    return "preloaded";
  }

  @Override
  public int receive(Packet[] burst, int max) {
    long now = System.nanoTime();
    if (next == 0) {
      startNanos = now;
    }
    int count = Math.min(max, packets.length - next);
    for (int i = 0; i < count; i++) {
      Packet packet = packets[next + i];
      packet.arrivalNanos(now);
      burst[i] = packet;
    }
    int half = packets.length / 2;
    if (next < half && next + count >= half) {
      allocatedHalfWay = THREADS.getCurrentThreadAllocatedBytes();
    }
    next += count;
    if (count > 0) {
      clockNanos = burst[count - 1].timestampNanos();
    } else if (allocatedAtEnd == 0) {
      allocatedAtEnd = THREADS.getCurrentThreadAllocatedBytes();
      endNanos = now;
    }
    return count;
  }

  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    sent += count;
    return count;
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

  int sent() {
    return sent;
  }

  double packetsPerSecond() {
    return packets.length * 1e9 / (endNanos - startNanos);
  }

  /** Bytes that the receiving thread allocated per packet in the second half. */
  double allocatedPerPacket() {
    return (allocatedAtEnd - allocatedHalfWay) / (packets.length / 2.0);
  }
}

package org.statelessnf.nf.engine;

import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.FailurePolicy;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * Lets the packets of a settled batch go, in the order of arrival: rewrites and sends them, or
 * drops and counts them.
 */
final class Release {
  private static final int TRANSMIT_TRIES = 10_000;

  private final PipePorts ports;
  private final FailurePolicy policy;
  private final PipeMetrics metrics;
  private final Packet[] inside;
  private final boolean onePort;
  private int outsideCount;
  private int insideCount;

  /** Packets of one burst arrived together: their latency is recorded once, with their number. */
  private long runArrival;

  private int runLength;

  Release(PipePorts ports, FailurePolicy policy, PipeMetrics metrics, int maxBatch) {
    this.ports = ports;
    this.policy = policy;
    this.metrics = metrics;
    this.inside = new Packet[maxBatch];
    this.onePort = ports.toOutside() == ports.toInside();
  }

  void release(Flight flight, long nanoTime) {
    outsideCount = 0;
    insideCount = 0;
    runLength = 0;
    Packet[] packets = flight.packetArray();
    for (int i = 0; i < flight.packets(); i++) {
      Item item = flight.item(i);
      Packet packet = packets[i];
      if (flight.isFailed(i)) {
        failed(item, flight.group().failure(i));
      }
      switch (item.action) {
        case Item.Action.FORWARD -> send(item, packets, i, packet.fromInside(), nanoTime);
        case Item.Action.HAIRPIN -> send(item, packets, i, !packet.fromInside(), nanoTime);
        default -> drop(packet, item.reason);
      }
    }
    if (runLength > 0) {
      metrics.sent(nanoTime - runArrival, runLength);
    }
    if (outsideCount > 0) {
      transmit(ports.toOutside(), packets, outsideCount);
    }
    if (insideCount > 0) {
      transmit(ports.toInside(), inside, insideCount);
    }
  }

  private void failed(Item item, DropReason why) {
    item.rewrite.clear();
    if (why == DropReason.STORE_UNAVAILABLE && policy == FailurePolicy.PASS) {
      item.action = Item.Action.FORWARD;
      metrics.passedUnjudged();
    } else {
      item.drop(why);
    }
  }

  private void send(Item item, Packet[] packets, int index, boolean toOutside, long nanoTime) {
    Packet packet = packets[index];
    PacketRewriter.apply(packet, item.rewrite);
    long arrival = packet.arrivalNanos();
    if (arrival != runArrival && runLength > 0) {
      metrics.sent(nanoTime - runArrival, runLength);
      runLength = 0;
    }
    runArrival = arrival;
    runLength++;
    if (toOutside || onePort) {
      if (outsideCount != index) {
        packets[outsideCount] = packet; // those before it have left
      }
      outsideCount++;
    } else {
      inside[insideCount++] = packet;
    }
  }

  void drop(Packet packet, DropReason reason) {
    metrics.dropped(reason);
    packet.release();
  }

  private void transmit(PacketPort port, Packet[] packets, int count) {
    int sent = port.transmit(packets, 0, count);
    for (int tries = 0; sent < count && tries < TRANSMIT_TRIES; tries++) {
      Idle.giveWay();
      sent += port.transmit(packets, sent, count - sent);
    }
    for (int i = sent; i < count; i++) {
      metrics.unsent();
      drop(packets[i], DropReason.EGRESS_FULL);
    }
  }
}

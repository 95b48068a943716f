package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.FailurePolicy;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * Lets the packets of a settled batch go, in the order of arrival: rewrites and sends them, or
 * drops and counts them. With them go the frames and reports that steps made beside.
 */
final class Release {
  private static final int TRIES = 10_000;

  private final NetworkFunction function;
  private final FailurePolicy policy;
  private final PipeMetrics metrics;
  private final Outbox outside;
  private final Outbox inside;

  /** Packets that go no further: their buffers go back together. */
  private final Packet[] gone;

  private int goneCount;

  /** The batch has no byproducts: what leaves to the outside stays where it lies. */
  private boolean plain;

  private int outsideCount;

  /** Of the packet seen last: what is emitted for a timer has no packet to ask. */
  private int linkType = LinkType.ETHERNET;

  /** Packets of one burst arrived together: their latency is recorded once, with their number. */
  private long runArrival;

  private int runLength;

  /** Packets that leave by a port, sent when all are there or the box is full. */
  private final class Outbox {
    final PacketPort port;
    private final Packet[] packets;
    private int count;

    Outbox(PacketPort port, int size) {
      this.port = port;
      this.packets = new Packet[size];
    }

    void add(Packet packet) {
      packets[count++] = packet;
      if (count == packets.length) {
        flush();
      }
    }

    void flush() {
      if (count > 0) {
        transmit(port, packets, count);
        count = 0;
      }
    }
  }

  Release(PipePorts ports, NetworkFunction function, PipeMetrics metrics, int maxBatch) {
    this.function = function;
    this.policy = function.onStoreFailure();
    this.metrics = metrics;
    this.outside = new Outbox(ports.toOutside(), maxBatch);
    boolean onePort = ports.toOutside() == ports.toInside();
    this.inside = onePort ? outside : new Outbox(ports.toInside(), maxBatch);
    this.gone = new Packet[maxBatch];
  }

  /**
   * Releases a batch.
   *
   * @param nanoTime now, {@link System#nanoTime}
   * @param clockNanos the packet clock, the time of frames emitted for a timer
   */
  void release(Flight flight, long nanoTime, long clockNanos) {
    plain = flight.byproducts.isEmpty();
    outsideCount = 0;
    runLength = 0;
    Packet[] packets = flight.packetArray();
    for (int i = 0; i < flight.packets(); i++) {
      Item item = flight.item(i);
      if (flight.isFailed(i)) {
        failed(item, flight.group().failure(i));
      }
      if (plain || item.firstByproduct == Byproducts.NONE) {
        settle(item, packets, i, nanoTime);
      } else {
        linkType = packets[i].linkType();
        long timestamp = packets[i].timestampNanos();
        emit(flight, item, Byproducts.Kind.FRAME_BEFORE, timestamp);
        settle(item, packets, i, nanoTime);
        emit(flight, item, Byproducts.Kind.FRAME_AFTER, timestamp);
        conclude(flight, item);
      }
    }
    if (!plain) {
      releaseTimers(flight, clockNanos);
    }
    if (runLength > 0) {
      metrics.sent(nanoTime - runArrival, runLength);
    }
    if (outsideCount > 0) {
      transmit(outside.port, packets, outsideCount);
    }
    outside.flush();
    inside.flush();
    freeGone();
  }

  private void releaseTimers(Flight flight, long clockNanos) {
    for (int i = flight.packets(); i < flight.items(); i++) {
      Item item = flight.item(i);
      if (!flight.isFailed(i)) {
        emit(flight, item, Byproducts.Kind.FRAME_BEFORE, clockNanos);
        emit(flight, item, Byproducts.Kind.FRAME_AFTER, clockNanos);
        conclude(flight, item);
      }
    }
  }

  private void failed(Item item, DropReason why) {
    item.rewrite.clear();
    item.firstByproduct = Byproducts.NONE;
    if (why == DropReason.STORE_UNAVAILABLE && policy == FailurePolicy.PASS) {
      item.action = Item.Action.FORWARD;
      metrics.passedUnjudged();
    } else {
      item.drop(why);
    }
  }

  // --- packets ---

  private void settle(Item item, Packet[] packets, int index, long nanoTime) {
    Packet packet = packets[index];
    switch (item.action) {
      case Item.Action.FORWARD -> send(item, packets, index, packet.fromInside(), nanoTime);
      case Item.Action.HAIRPIN -> send(item, packets, index, !packet.fromInside(), nanoTime);
      case Item.Action.HOLD -> {
        metrics.countHeld();
        discard(packet);
      }
      default -> {
        metrics.dropped(item.reason);
        discard(packet);
      }
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
    if (plain && (toOutside || inside == outside)) {
      if (outsideCount != index) {
        packets[outsideCount] = packet; // those before it have left
      }
      outsideCount++;
    } else {
      (toOutside ? outside : inside).add(packet);
    }
  }

  private void discard(Packet packet) {
    gone[goneCount++] = packet;
    if (goneCount == gone.length) {
      freeGone();
    }
  }

  private void freeGone() {
    if (goneCount > 0) {
      outside.port.free(gone, 0, goneCount);
      goneCount = 0;
    }
  }

  /** Drops a packet that is not part of a batch, at once. */
  void drop(Packet packet, DropReason reason) {
    metrics.dropped(reason);
    packet.release();
  }

  private void transmit(PacketPort port, Packet[] packets, int count) {
    int sent = port.transmit(packets, 0, count);
    for (int tries = 0; sent < count && tries < TRIES; tries++) {
      Idle.giveWay();
      sent += port.transmit(packets, sent, count - sent);
    }
    for (int i = sent; i < count; i++) {
      metrics.unsent();
      metrics.dropped(DropReason.EGRESS_FULL);
      discard(packets[i]);
    }
  }

  // --- byproducts ---

  private void emit(Flight flight, Item item, int kind, long timestampNanos) {
    Byproducts byproducts = flight.byproducts;
    for (int e = item.firstByproduct; e != Byproducts.NONE; e = byproducts.next(e)) {
      if (byproducts.kind(e) == kind) {
        Outbox box = byproducts.toOutside(e) ? outside : inside;
        MemorySegment scratch = flight.scratch.memory();
        emit(box, scratch, byproducts.offset(e), byproducts.length(e), timestampNanos);
      }
    }
  }

  private void emit(Outbox box, MemorySegment frame, long offset, int length, long timestamp) {
    metrics.countEmitted();
    Packet packet = allocate(box, length);
    if (packet == null) {
      metrics.dropped(DropReason.NO_BUFFER);
      return;
    }
    MemorySegment.copy(frame, offset, packet.memory(), packet.offset(), length);
    packet.wrap(packet.memory(), packet.offset(), length, length, timestamp);
    packet.linkType(linkType);
    packet.fromInside(box == outside);
    metrics.emittedSent();
    box.add(packet);
  }

  /** Waits a little for a buffer: those of packets that are on their way out come back. */
  private static @Nullable Packet allocate(Outbox box, int length) {
    Packet packet = box.port.allocate(length);
    if (packet == null) {
      box.flush();
      for (int tries = 0; packet == null && tries < TRIES; tries++) {
        Idle.giveWay();
        packet = box.port.allocate(length);
      }
    }
    return packet;
  }

  private void conclude(Flight flight, Item item) {
    Byproducts byproducts = flight.byproducts;
    for (int e = item.firstByproduct; e != Byproducts.NONE; e = byproducts.next(e)) {
      if (byproducts.kind(e) == Byproducts.Kind.DISCARDED) {
        metrics.countEmitted();
        metrics.dropped(DropReason.of((int) byproducts.offset(e)));
      } else if (byproducts.kind(e) == Byproducts.Kind.REPORT) {
        try {
          function.reported(flight.scratch.memory(), byproducts.offset(e), byproducts.length(e));
        } catch (RuntimeException f) {
          metrics.functionFailed(f);
        }
      }
    }
  }
}

package org.statelessnf.nf.engine;

import java.util.Objects;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.port.PacketPort;

/**
 * Where a pipe's worker gets its packets from: parsed, and with their side known. Either the worker
 * polls the ports itself, or a receive thread does and hands packets over by a lock-free ring with
 * one producer and one consumer.
 */
final class Intake {
  private static final int BURST = 64;

  private final PipePorts ports;
  private final @Nullable SpscVarHandleArrayQueue<Packet> ring;
  private final @Nullable Thread thread;
  private final Packet[] burst = new Packet[BURST];
  private volatile boolean stopping;
  private volatile boolean ended;

  Intake(String name, PipePorts ports, PipeConfig config) {
    this.ports = ports;
    if (config.receiveThread()) {
      ring = new SpscVarHandleArrayQueue<>(Math.max(BURST, config.ringSize()));
      thread = Thread.ofPlatform().name(name + "-rx").daemon().unstarted(this::receiveLoop);
    } else {
      ring = null;
      thread = null;
    }
  }

  void start() {
    if (thread != null) {
      thread.start();
    }
  }

  /** Takes what has arrived, up to {@code max}; never waits. Worker only. */
  int take(Packet[] into, int max) {
    if (ring == null) {
      return receive(into, max);
    }
    int count = 0;
    while (count < max) {
      Packet packet = ring.relaxedPoll();
      if (packet == null) {
        break;
      }
      into[count++] = packet;
    }
    return count;
  }

  /** No packet will come any more. */
  boolean isExhausted() {
    if (ring != null) {
      return ended && ring.isEmpty();
    }
    for (PacketPort port : ports.ingress()) {
      if (!port.exhausted()) {
        return false;
      }
    }
    return true;
  }

  /** Stops receiving; what was received is still handed out. */
  void stop() {
    stopping = true;
  }

  /** After an abrupt end: waits for the receive thread and gives back what the ring holds. */
  int discard() throws InterruptedException {
    stopping = true;
    int lost = 0;
    if (thread != null && ring != null) {
      thread.join();
      for (Packet packet = ring.poll(); packet != null; packet = ring.poll()) {
        packet.release();
        lost++;
      }
    }
    return lost;
  }

  boolean isStopping() {
    return stopping;
  }

  private int receive(Packet[] into, int max) {
    PacketPort[] ingress = ports.ingress();
    int count = 0;
    for (int p = 0; p < ingress.length && count < max; p++) {
      count += receive(ingress[p], p, into, count, max);
    }
    return count;
  }

  private int receive(PacketPort port, int index, Packet[] into, int from, int max) {
    Packet[] received = from == 0 ? into : burst;
    int count = port.receive(received, Math.min(received.length, max - from));
    for (int i = 0; i < count; i++) {
      Packet packet = received[i];
      packet.ingressPort(index);
      PacketParser.parse(packet);
      packet.fromInside(ports.direction().isFromInside(packet));
      if (received != into) {
        into[from + i] = packet;
      }
    }
    return count;
  }

  private void receiveLoop() {
    SpscVarHandleArrayQueue<Packet> out = Objects.requireNonNull(ring);
    Packet[] received = new Packet[BURST];
    int idle = 0;
    while (!stopping) {
      int count = receive(received, BURST);
      for (int i = 0; i < count; i++) {
        while (!out.relaxedOffer(received[i])) {
          if (stopping) {
            received[i].release();
            break;
          }
          Idle.giveWay();
        }
      }
      if (count > 0) {
        idle = 0;
      } else {
        boolean exhausted = true;
        for (PacketPort port : ports.ingress()) {
          exhausted &= port.exhausted();
        }
        if (exhausted) {
          break;
        }
        idle = Idle.rest(idle);
      }
    }
    ended = true;
  }
}

package org.statelessnf.io.wire;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.statelessnf.nf.packet.ArpPacket;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.nf.port.PacketPool;

/**
 * What one interface of a router says and hears of its neighbours: answers ARP requests and
 * neighbour solicitations for its own addresses and those it is told to answer for, learns from
 * what it hears, and asks for next hops ({@link NeighborTable}). One thread.
 */
final class Neighborhood implements NeighborTable.Link {
  private final RouterInterface config;
  private final WirePort port;
  private final PacketPool frames;
  private final NeighborTable table = new NeighborTable(this);

  Neighborhood(RouterInterface config, WirePort port, PacketPool frames) {
    this.config = config;
    this.port = port;
    this.frames = frames;
  }

  NeighborTable table() {
    return table;
  }

  /** Handles an ARP frame and releases it. */
  void arp(Packet packet, long nowNanos) {
    MemorySegment memory = packet.memory();
    long arp = packet.offset() + EthernetHeader.LENGTH;
    if (packet.length() < EthernetHeader.LENGTH + ArpPacket.LENGTH
        || !ArpPacket.isIpv4OverEthernet(memory, arp)) {
      port.drop(packet, WireEvent.MALFORMED);
      return;
    }
    long sender = IpAddress.mapped(ArpPacket.senderProtocol(memory, arp));
    long senderMac = ArpPacket.senderHardware(memory, arp);
    int target = ArpPacket.targetProtocol(memory, arp);
    boolean forUs = isAnswered(0, IpAddress.mapped(target));
    learn(0, sender, senderMac, nowNanos, forUs);
    if (forUs && ArpPacket.operation(memory, arp) == ArpPacket.OPERATION_REQUEST) {
      Packet reply = frames.acquire();
      if (reply != null) {
        NeighborFrames.arp(
            reply,
            ArpPacket.OPERATION_REPLY,
            config.mac(),
            target,
            senderMac,
            (int) sender,
            EthernetHeader.source(memory, packet.offset()));
        port.counters.count(WireEvent.NEIGHBOR_ANSWERED);
        port.send(reply);
      }
    }
    packet.release();
  }

  /**
   * Handles a message of neighbour or router discovery and releases it.
   *
   * @param packet parsed
   */
  void discovery(Packet packet, long nowNanos) {
    MemorySegment memory = packet.memory();
    long message = packet.l4Start();
    int length = packet.l3Offset() + packet.l3TotalLength() - packet.l4Offset();
    if (Ipv6Header.hopLimit(memory, packet.l3Start()) != NeighborFrames.HOP_LIMIT
        || packet.icmpCode() != 0
        || length < NeighborFrames.OPTIONS_OFFSET
        || Checksum.verifyTransport(packet) != Checksum.VALID) {
      port.drop(packet, WireEvent.MALFORMED);
      return;
    }
    long high = Wire.i64(memory, message + NeighborFrames.TARGET_OFFSET);
    long low = Wire.i64(memory, message + NeighborFrames.TARGET_OFFSET + 8);
    switch (packet.icmpType()) {
      case Icmpv6Header.NEIGHBOR_SOLICITATION -> solicited(packet, high, low, nowNanos);
      case Icmpv6Header.NEIGHBOR_ADVERTISEMENT -> {
        long mac = NeighborFrames.linkAddress(packet, NeighborFrames.TARGET_LINK_ADDRESS);
        learn(high, low, mac, nowNanos, false);
        packet.release();
      }
      default -> port.drop(packet, WireEvent.NOT_ROUTABLE); // routers' talk: configured by hand
    }
  }

  private void solicited(Packet packet, long high, long low, long nowNanos) {
    MemorySegment memory = packet.memory();
    long sourceHigh = Ipv6Header.sourceHigh(memory, packet.l3Start());
    long sourceLow = Ipv6Header.sourceLow(memory, packet.l3Start());
    if (isAnswered(high, low)) {
      long mac = NeighborFrames.linkAddress(packet, NeighborFrames.SOURCE_LINK_ADDRESS);
      learn(sourceHigh, sourceLow, mac, nowNanos, true);
      Packet reply = frames.acquire();
      if (reply != null) {
        long station = EthernetHeader.source(memory, packet.offset());
        NeighborFrames.advertisement(
            reply, config.mac(), high, low, station, sourceHigh, sourceLow);
        port.counters.count(WireEvent.NEIGHBOR_ANSWERED);
        port.send(reply);
      }
    }
    packet.release();
  }

  private boolean isAnswered(long high, long low) {
    return config.isOwn(high, low) || config.answered().contains(high, low);
  }

  private void learn(long high, long low, long mac, long nowNanos, boolean create) {
    boolean station = mac != NeighborTable.UNKNOWN && mac != 0 && (mac >>> 40 & 1) == 0;
    if (station && config.isNeighbor(high, low) && !isAnswered(high, low)) {
      table.learn(high, low, mac, nowNanos, create);
    }
  }

  @Override
  public void ask(long high, long low, long mac) {
    Packet request = frames.acquire();
    InterfaceAddress own = config.sourceFor(high, low);
    if (request == null || own == null) {
      if (request != null) {
        request.release();
      }
      return; // asked again in a second
    }
    if (IpAddress.isIpv4(high, low)) {
      NeighborFrames.arp(
          request,
          ArpPacket.OPERATION_REQUEST,
          config.mac(),
          (int) own.low(),
          0,
          (int) low,
          mac == NeighborTable.UNKNOWN ? NeighborFrames.BROADCAST : mac);
    } else {
      NeighborFrames.solicitation(request, config.mac(), own, high, low, mac);
    }
    port.counters.count(WireEvent.NEIGHBOR_ASKED);
    port.send(request);
  }

  /** Tells all neighbours that an address is here. */
  void announce(long high, long low) {
    Packet frame = frames.acquire();
    if (frame == null) {
      return;
    }
    if (IpAddress.isIpv4(high, low)) {
      NeighborFrames.arp(
          frame,
          ArpPacket.OPERATION_REQUEST,
          config.mac(),
          (int) low,
          0,
          (int) low,
          NeighborFrames.BROADCAST);
    } else {
      NeighborFrames.advertisement(frame, config.mac(), high, low, 0, 0, 0);
    }
    port.counters.count(WireEvent.ANNOUNCED);
    port.send(frame);
  }

  @Override
  public void resolved(Packet packet, long mac) {
    address(packet, mac);
    port.send(packet);
  }

  @Override
  public void unresolved(Packet packet) {
    port.drop(packet, WireEvent.UNRESOLVED);
  }

  /** Writes the hardware addresses of a packet's next hop and of this interface. */
  void address(Packet packet, long mac) {
    EthernetHeader.destination(packet.memory(), packet.offset(), mac);
    EthernetHeader.source(packet.memory(), packet.offset(), config.mac());
  }

  /** An own address to complain from about a packet, or null if there is none of its version. */
  @org.jspecify.annotations.Nullable
  InterfaceAddress speaker(Packet about) {
    MemorySegment memory = about.memory();
    return about.ipVersion() == 4
        ? config.sourceFor(0, IpAddress.mapped(Ipv4Header.source(memory, about.l3Start())))
        : config.sourceFor(
            Ipv6Header.sourceHigh(memory, about.l3Start()),
            Ipv6Header.sourceLow(memory, about.l3Start()));
  }

  @Override
  public String toString() {
    return "Neighborhood[" + Objects.toString(config.addresses()) + ", " + table.size() + "]";
  }
}

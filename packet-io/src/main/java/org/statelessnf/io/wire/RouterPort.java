package org.statelessnf.io.wire;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.nf.port.PacketPort;

/**
 * One interface of a router with two, around a network function (RFC 1812 in small).
 *
 * <pre>
 *   device --&gt; for this station? --&gt; ARP, ND: answered, learnt ({@link Neighborhood})
 *                   |            --&gt; to an own address: echo answered, else dropped
 *                   |            --&gt; TTL 1, too big: ICMP error back
 *                   +--&gt; TTL - 1 --&gt; network function --&gt; next hop --&gt; its hardware address --&gt; device
 *                                                            +--&gt; not known: held, asked for
 * </pre>
 *
 * <p>The next hop is the destination, after the network function's rewriting, if it is in a block
 * of the interface that the packet leaves by, else that interface's gateway. Which interface that
 * is has been decided by the network function (on, or back for hairpinning), not by a routing
 * table.
 *
 * <p>Not done: fragmentation (a datagram that may be fragmented and is too big is dropped), IP
 * options, redirects, router advertisements, VLAN tags.
 *
 * <p>Threads and ownership as for {@link WirePort}: one thread serves both interfaces. A burst
 * whose next hops are known costs no allocation. Packets that wait for a neighbour belong to the
 * port, which gives them back on {@link #close}.
 */
public final class RouterPort extends WirePort {
  private static final long MAINTENANCE_NANOS = 100_000_000L;
  private static final int ERRORS_PER_SECOND = 500;
  private static final int ERROR_BURST = 100;

  private final RouterInterface config;
  private final Neighborhood neighbors;
  private final PacketPool frames;
  private final LongSupplier nanoClock;
  private final RateLimit errors;
  private final Announcements announcements;
  private @Nullable RouterPort peer;
  private long nextMaintenanceNanos;
  private long nowNanos;
  private long nextHopHigh;
  private long nextHopLow;

  private RouterPort(
      PacketPort device, RouterInterface config, PacketPool frames, LongSupplier nanoClock) {
    super(device, new WireCounters());
    this.config = config;
    this.frames = frames;
    this.nanoClock = nanoClock;
    this.neighbors = new Neighborhood(config, this, frames);
    this.nowNanos = nanoClock.getAsLong();
    this.nextMaintenanceNanos = nowNanos;
    this.errors = new RateLimit(ERRORS_PER_SECOND, ERROR_BURST, nowNanos);
    this.announcements = new Announcements(config, neighbors::announce, nowNanos);
  }

  /**
   * Joins two devices.
   *
   * @param inside device that faces the inside
   * @param outside device that faces the outside
   * @param insideConfig addresses of the inside
   * @param outsideConfig addresses of the outside
   * @param frames for frames that the router sends on its own account, each of 1,400 bytes or more;
   *     stays the caller's, who closes it after the devices
   * @param nanoClock as {@link System#nanoTime}
   * @return the interfaces, inside first
   */
  public static RouterPort[] join(
      PacketPort inside,
      PacketPort outside,
      RouterInterface insideConfig,
      RouterInterface outsideConfig,
      PacketPool frames,
      LongSupplier nanoClock) {
    RouterPort left = new RouterPort(inside, insideConfig, frames, nanoClock);
    RouterPort right = new RouterPort(outside, outsideConfig, frames, nanoClock);
    left.peer = right;
    right.peer = left;
    return new RouterPort[] {left, right};
  }

  /** What was done beside the network function here. */
  public WireCounters counters() {
    return counters;
  }

  // --- in ---

  @Override
  public int receive(Packet[] burst, int max) {
    nowNanos = nanoClock.getAsLong();
    if (nowNanos - nextMaintenanceNanos >= 0) {
      neighbors.table().maintain(nowNanos);
      announcements.advance(nowNanos);
      nextMaintenanceNanos = nowNanos + MAINTENANCE_NANOS;
    }
    int received = device.receive(burst, max);
    int kept = 0;
    for (int i = 0; i < received; i++) {
      Packet packet = burst[i];
      if (accept(packet)) {
        burst[kept++] = packet;
      }
    }
    return kept;
  }

  /** Whether a frame is the network function's; if not, it has been dealt with. */
  private boolean accept(Packet packet) {
    if (packet.linkType() != LinkType.ETHERNET || packet.length() < EthernetHeader.LENGTH) {
      drop(packet, WireEvent.MALFORMED);
      return false;
    }
    long station = EthernetHeader.destination(packet.memory(), packet.offset());
    boolean group = (station >>> 40 & 1) != 0;
    if (station != config.mac() && !group) {
      drop(packet, WireEvent.NOT_FOR_US);
      return false;
    }
    switch (EthernetHeader.type(packet.memory(), packet.offset())) {
      case EthernetHeader.TYPE_IPV4 -> {
        return acceptIpv4(packet, group);
      }
      case EthernetHeader.TYPE_IPV6 -> {
        return acceptIpv6(packet, group);
      }
      case EthernetHeader.TYPE_ARP -> neighbors.arp(packet, nowNanos);
      default -> drop(packet, WireEvent.NOT_ROUTABLE);
    }
    return false;
  }

  private boolean acceptIpv4(Packet packet, boolean group) {
    MemorySegment memory = packet.memory();
    long ip = packet.offset() + EthernetHeader.LENGTH;
    int captured = packet.length() - EthernetHeader.LENGTH;
    if (captured < Ipv4Header.MINIMUM_LENGTH
        || Ipv4Header.version(memory, ip) != 4
        || Ipv4Header.headerLength(memory, ip) < Ipv4Header.MINIMUM_LENGTH
        || Ipv4Header.headerLength(memory, ip) > captured
        || Ipv4Header.totalLength(memory, ip) > captured
        || !Checksum.isIpv4HeaderValid(memory, ip, Ipv4Header.headerLength(memory, ip))) {
      drop(packet, WireEvent.MALFORMED);
      return false;
    }
    int destination = Ipv4Header.destination(memory, ip);
    long low = IpAddress.mapped(destination);
    if (group || destination >>> 28 >= 0xe || isBroadcast(low)) {
      drop(packet, WireEvent.NOT_ROUTABLE);
      return false;
    }
    if (isLocal(0, low)) {
      local(packet);
      return false;
    }
    int ttl = Ipv4Header.ttl(memory, ip);
    if (ttl <= 1) {
      refuse(packet, IcmpFrames.Complaint.TTL_EXCEEDED, WireEvent.TTL_EXPIRED, 0);
      return false;
    }
    int mtu = other().config.mtu();
    if (Ipv4Header.totalLength(memory, ip) > mtu) {
      if (Ipv4Header.dontFragment(memory, ip)) {
        refuse(packet, IcmpFrames.Complaint.TOO_BIG, WireEvent.TOO_BIG, mtu);
      } else {
        drop(packet, WireEvent.TOO_BIG);
      }
      return false;
    }
    Ipv4Header.ttl(memory, ip, ttl - 1);
    int checksum = Ipv4Header.checksum(memory, ip);
    Ipv4Header.checksum(memory, ip, Checksum.update16(checksum, ttl << 8, (ttl - 1) << 8));
    return true;
  }

  private boolean acceptIpv6(Packet packet, boolean group) {
    MemorySegment memory = packet.memory();
    long ip = packet.offset() + EthernetHeader.LENGTH;
    int captured = packet.length() - EthernetHeader.LENGTH;
    if (captured < Ipv6Header.LENGTH
        || Ipv6Header.version(memory, ip) != 6
        || Ipv6Header.LENGTH + Ipv6Header.payloadLength(memory, ip) > captured) {
      drop(packet, WireEvent.MALFORMED);
      return false;
    }
    long high = Ipv6Header.destinationHigh(memory, ip);
    long low = Ipv6Header.destinationLow(memory, ip);
    if (Ipv6Header.nextHeader(memory, ip) == IpProtocol.ICMPV6 && isDiscovery(packet)) {
      neighbors.discovery(packet, nowNanos);
      return false;
    }
    if (group
        || high >>> 56 == 0xff
        || (IpAddress.isLinkLocal(Ipv6Header.sourceHigh(memory, ip)) && !isLocal(high, low))) {
      drop(packet, WireEvent.NOT_ROUTABLE);
      return false;
    }
    if (isLocal(high, low)) {
      local(packet);
      return false;
    }
    if (IpAddress.isLinkLocal(high)) {
      drop(packet, WireEvent.NOT_ROUTABLE);
      return false;
    }
    int hops = Ipv6Header.hopLimit(memory, ip);
    if (hops <= 1) {
      refuse(packet, IcmpFrames.Complaint.TTL_EXCEEDED, WireEvent.TTL_EXPIRED, 0);
      return false;
    }
    int mtu = other().config.mtu();
    if (Ipv6Header.LENGTH + Ipv6Header.payloadLength(memory, ip) > mtu) {
      refuse(packet, IcmpFrames.Complaint.TOO_BIG, WireEvent.TOO_BIG, mtu);
      return false;
    }
    Ipv6Header.hopLimit(memory, ip, hops - 1);
    return true;
  }

  private static boolean isDiscovery(Packet packet) {
    PacketParser.parse(packet);
    return packet.parseStatus() == ParseStatus.OK
        && packet.protocol() == IpProtocol.ICMPV6
        && Icmpv6Header.isNeighborDiscovery(packet.icmpType());
  }

  private RouterPort other() {
    return Objects.requireNonNull(peer);
  }

  private boolean isBroadcast(long low) {
    return config.isBroadcast(0, low) || other().config.isBroadcast(0, low);
  }

  /** Whether a packet ends here; addresses that a network function serves are its own business. */
  private boolean isLocal(long high, long low) {
    RouterInterface far = other().config;
    return (config.isOwn(high, low) || far.isOwn(high, low))
        && !config.answered().contains(high, low)
        && !far.answered().contains(high, low);
  }

  private void local(Packet packet) {
    PacketParser.parse(packet);
    if (packet.parseStatus() == ParseStatus.OK && IcmpFrames.isEchoRequest(packet)) {
      IcmpFrames.reply(packet, config.mac());
      counters.count(WireEvent.ECHO_ANSWERED);
      send(packet);
    } else if (packet.parseStatus() == ParseStatus.OK && packet.protocol() == IpProtocol.UDP) {
      refuse(packet, IcmpFrames.Complaint.PORT_UNREACHABLE, WireEvent.LOCAL, 0);
    } else {
      drop(packet, WireEvent.LOCAL);
    }
  }

  private void refuse(Packet packet, IcmpFrames.Complaint error, WireEvent why, int mtu) {
    PacketParser.parse(packet);
    InterfaceAddress speaker = neighbors.speaker(packet);
    if (IcmpFrames.mayComplainAbout(packet) && speaker != null && errors.take(nowNanos)) {
      Packet frame = frames.acquire();
      if (frame != null) {
        IcmpFrames.error(frame, packet, error, config.mac(), speaker, mtu);
        counters.count(WireEvent.ICMP_ERROR_SENT);
        send(frame);
      }
    }
    drop(packet, why);
  }

  // --- out ---

  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    int run = offset; // first packet of a run that is ready to leave
    for (int i = offset; i < offset + count; i++) {
      Packet packet = burst[i];
      boolean routed = route(packet);
      long mac = routed ? neighbors.table().lookup(nextHopHigh, nextHopLow, nowNanos) : 0;
      if (routed && mac != NeighborTable.UNKNOWN) {
        neighbors.address(packet, mac);
        continue;
      }
      int sent = i == run ? 0 : device.transmit(burst, run, i - run);
      if (sent < i - run) {
        return run - offset + sent;
      }
      if (routed) {
        counters.count(WireEvent.HELD);
        neighbors.table().hold(nextHopHigh, nextHopLow, packet, nowNanos);
      } else {
        drop(packet, WireEvent.NO_ROUTE);
      }
      run = i + 1;
    }
    int left = offset + count - run;
    return count - left + (left == 0 ? 0 : device.transmit(burst, run, left));
  }

  /** Finds the next hop; false if there is none. */
  private boolean route(Packet packet) {
    if (packet.parseStatus() == ParseStatus.UNPARSED) {
      PacketParser.parse(packet); // made by the network function
    }
    if (packet.parseStatus() != ParseStatus.OK) {
      return false;
    }
    MemorySegment memory = packet.memory();
    boolean ipv4 = packet.ipVersion() == 4;
    long ip = packet.l3Start();
    nextHopHigh = ipv4 ? 0 : Wire.i64(memory, ip + Ipv6Header.DESTINATION_OFFSET);
    nextHopLow =
        ipv4
            ? IpAddress.mapped(Ipv4Header.destination(memory, ip))
            : Wire.i64(memory, ip + Ipv6Header.DESTINATION_OFFSET + 8);
    if (config.isNeighbor(nextHopHigh, nextHopLow)) {
      return true;
    }
    RouterInterface.Gateway gateway = config.gateway(ipv4);
    if (gateway == null) {
      return false;
    }
    nextHopHigh = gateway.high();
    nextHopLow = gateway.low();
    return true;
  }

  /** Gives back the packets that wait for a neighbour. The device is the caller's. */
  @Override
  public void close() {
    neighbors.table().clear();
  }
}

package org.statelessnf.host.bench.nf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.UdpHeader;
import org.statelessnf.nf.packet.Wire;

/**
 * Preloaded frames of 64 bytes, in the order in which they arrive: flows of so many packets each,
 * several of them at a time. Made once; nothing is generated while the clock runs. Checksums are
 * left out, and not looked at. One thread at a time.
 */
final class Traffic implements AutoCloseable {
  private static final int FRAME_BYTES = 64;
  private static final int AT_A_TIME = 64;
  private static final int TTL = 64;
  private static final int INSIDE = 0x0A000000; // 10.0.0.0/8
  private static final int OUTSIDE = 0xC6120001; // 198.18.0.1
  private static final int PORTS = 1 << 14;
  private static final int SERVER_PORT = 443;
  private static final long START_NANOS = 1_700_000_000_000_000_000L;
  private static final long GAP_NANOS = 1_000;

  /** Who talks to whom. */
  enum Shape {
    /** TCP connections from inside to outside, both directions. */
    TCP_BOTH_WAYS,
    /** UDP from inside to outside. */
    UDP_OUT,
    /** TCP from clients outside to one virtual address. */
    TCP_TO_SERVICE
  }

  /** Where {@link Shape#TCP_TO_SERVICE} goes. */
  static final String SERVICE = "203.0.113.80";

  private final Arena arena = Arena.ofShared();
  private final MemorySegment pristine;
  private final MemorySegment memory;
  private final Packet[] packets;

  /**
   * Makes it.
   *
   * @param shape who talks to whom
   * @param firstFlow number of the first flow; traffic with other numbers shares no flow
   * @param flows how many
   * @param packetsPerFlow how long each
   * @param seed of the order
   */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  Traffic(Shape shape, int firstFlow, int flows, int packetsPerFlow, long seed) {
    int count = flows * packetsPerFlow;
    packets = new Packet[count];
    pristine = arena.allocate((long) count * FRAME_BYTES, FRAME_BYTES);
    memory = arena.allocate((long) count * FRAME_BYTES, FRAME_BYTES);
    SplittableRandom random = new SplittableRandom(seed);
    int window = Math.min(AT_A_TIME, flows);
    int[] flow = new int[window];
    int[] sent = new int[window];
    for (int i = 0; i < window; i++) {
      flow[i] = i;
    }
    int next = window;
    for (int i = 0; i < count; i++) {
      packets[i] = new Packet();
      int w = random.nextInt(window);
      frame(shape, (long) i * FRAME_BYTES, firstFlow + flow[w], sent[w]++);
      if (sent[w] == packetsPerFlow) {
        sent[w] = 0;
        if (next < flows) {
          flow[w] = next++;
        } else {
          window--;
          flow[w] = flow[window];
          sent[w] = sent[window];
        }
      }
    }
  }

  /** The packets as they were made, whatever was rewritten in them since. */
  @SuppressWarnings("MutableReturn") // the port hands them out
  Packet[] fresh() {
    MemorySegment.copy(pristine, 0, memory, 0, memory.byteSize());
    for (int i = 0; i < packets.length; i++) {
      packets[i].wrap(
          memory, (long) i * FRAME_BYTES, FRAME_BYTES, FRAME_BYTES, START_NANOS + i * GAP_NANOS);
      packets[i].linkType(LinkType.ETHERNET);
    }
    return packets;
  }

  private void frame(Shape shape, long at, int flow, int number) {
    int port = 1024 + flow % PORTS;
    int inside = INSIDE | flow / PORTS + 1;
    int outside = OUTSIDE + (flow & 0xff);
    switch (shape) {
      case TCP_BOTH_WAYS -> {
        boolean reply = number == 1 || (number > 1 && (number & 1) == 1);
        int flags =
            switch (number) {
              case 0 -> TcpHeader.SYN;
              case 1 -> TcpHeader.SYN | TcpHeader.ACK;
              default -> TcpHeader.ACK;
            };
        if (reply) {
          tcp(at, outside, SERVER_PORT, inside, port, flags, number);
        } else {
          tcp(at, inside, port, outside, SERVER_PORT, flags, number);
        }
      }
      case UDP_OUT -> udp(at, inside, port, outside, SERVER_PORT);
      case TCP_TO_SERVICE -> {
        int flags = number == 0 ? TcpHeader.SYN : TcpHeader.ACK;
        int client = OUTSIDE + 0x100 + flow / PORTS;
        int service = Addresses.parseIpv4(SERVICE);
        tcp(at, client, port, service, SERVER_PORT, flags, number);
      }
    }
  }

  private void tcp(long at, int from, int fromPort, int to, int toPort, int flags, int number) {
    long l4 = ip(at, IpProtocol.TCP, from, to);
    TcpHeader.sourcePort(pristine, l4, fromPort);
    TcpHeader.destinationPort(pristine, l4, toPort);
    TcpHeader.sequence(pristine, l4, 1 + number);
    TcpHeader.acknowledgment(pristine, l4, flags == TcpHeader.SYN ? 0 : 1 + number);
    Wire.put8(pristine, l4 + TcpHeader.DATA_OFFSET_OFFSET, 0x50);
    TcpHeader.flags(pristine, l4, flags);
    TcpHeader.window(pristine, l4, 0xffff);
  }

  private void udp(long at, int from, int fromPort, int to, int toPort) {
    long l4 = ip(at, IpProtocol.UDP, from, to);
    UdpHeader.sourcePort(pristine, l4, fromPort);
    UdpHeader.destinationPort(pristine, l4, toPort);
    UdpHeader.length(pristine, l4, FRAME_BYTES - EthernetHeader.LENGTH - Ipv4Header.MINIMUM_LENGTH);
  }

  private long ip(long at, int protocol, int from, int to) {
    EthernetHeader.type(pristine, at, EthernetHeader.TYPE_IPV4);
    long ip = at + EthernetHeader.LENGTH;
    Wire.put8(pristine, ip, 0x45);
    Ipv4Header.totalLength(pristine, ip, FRAME_BYTES - EthernetHeader.LENGTH);
    Ipv4Header.ttl(pristine, ip, TTL);
    Wire.put8(pristine, ip + 9, protocol);
    Wire.put32(pristine, ip + Ipv4Header.SOURCE_OFFSET, from);
    Wire.put32(pristine, ip + Ipv4Header.DESTINATION_OFFSET, to);
    return ip + Ipv4Header.MINIMUM_LENGTH;
  }

  @Override
  public void close() {
    arena.close();
  }
}

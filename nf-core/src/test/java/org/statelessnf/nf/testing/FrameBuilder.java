package org.statelessnf.nf.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/**
 * Makes IPv4 and IPv6 packets with right checksums, in memory of their exact size, so that an
 * access past the end throws. Its checksums are computed plainly, by {@link ReferenceChecksum}:
 * nothing of what is tested is used to make the tests.
 */
public final class FrameBuilder {
  private static final int ETHERNET = 14;
  private static final byte[] MACS = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

  private final byte[] source;
  private final byte[] destination;
  private int protocol;
  private byte[] upper = new byte[0];
  private byte[] payload = new byte[0];
  private boolean checksummed;
  private boolean lengthField;
  private int fragmentField;
  private int hops = 64;
  private long timestampNanos;
  private boolean fromInside = true;

  private FrameBuilder(String source, String destination) {
    this.source = Addresses.parse(source);
    this.destination = Addresses.parse(destination);
  }

  /** A TCP segment; flags as in {@code TcpHeader}. */
  public static FrameBuilder tcp(
      String source, int sourcePort, String destination, int destinationPort, int flags) {
    FrameBuilder b = new FrameBuilder(source, destination);
    b.protocol = IpProtocol.TCP;
    b.upper =
        ByteBuffer.allocate(20)
            .putShort((short) sourcePort)
            .putShort((short) destinationPort)
            .putInt(1000)
            .putInt(2000)
            .put((byte) 0x50)
            .put((byte) flags)
            .putShort((short) 0xffff)
            .array();
    b.checksummed = true;
    return b;
  }

  /** A UDP datagram. */
  public static FrameBuilder udp(
      String source, int sourcePort, String destination, int destinationPort) {
    FrameBuilder b = new FrameBuilder(source, destination);
    b.protocol = IpProtocol.UDP;
    b.lengthField = true;
    b.upper =
        ByteBuffer.allocate(8)
            .putShort((short) sourcePort)
            .putShort((short) destinationPort)
            .array();
    b.checksummed = true;
    return b;
  }

  /** An ICMP or ICMPv6 query or answer. */
  public static FrameBuilder icmp(
      String source, String destination, int type, int code, int identifier) {
    FrameBuilder b = new FrameBuilder(source, destination);
    b.protocol = b.source.length == 4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
    b.upper =
        ByteBuffer.allocate(8)
            .put((byte) type)
            .put((byte) code)
            .putShort((short) 0)
            .putShort((short) identifier)
            .putShort((short) 7)
            .array();
    b.checksummed = true;
    return b;
  }

  /**
   * An ICMP or ICMPv6 error.
   *
   * @param quoted the packet it is about
   * @param quotedBytes how much of its IP packet is quoted at most
   */
  public static FrameBuilder icmpError(
      String source, String destination, int type, int code, Packet quoted, int quotedBytes) {
    byte[] bytes = ipPacket(quoted);
    return icmp(source, destination, type, code, 0)
        .payload(Arrays.copyOf(bytes, Math.min(bytes.length, quotedBytes)));
  }

  /** Any other protocol, its bytes as they are. */
  public static FrameBuilder other(String source, String destination, int protocol, byte... bytes) {
    FrameBuilder b = new FrameBuilder(source, destination);
    b.protocol = protocol;
    b.upper = bytes;
    return b;
  }

  /** TCP: sets sequence and acknowledgment number. */
  public FrameBuilder numbers(int sequence, int acknowledgment) {
    ByteBuffer.wrap(upper).putInt(4, sequence).putInt(8, acknowledgment);
    return this;
  }

  /** TCP: sets the window. */
  public FrameBuilder window(int window) {
    put16(upper, 14, window);
    return this;
  }

  /** TCP: sets the options, whose length must be a multiple of 4. */
  public FrameBuilder options(byte... options) {
    byte[] header = Arrays.copyOf(upper, 20 + options.length);
    System.arraycopy(options, 0, header, 20, options.length);
    header[12] = (byte) (header.length << 2);
    upper = header;
    return this;
  }

  /** Replaces the payload. */
  public FrameBuilder payload(byte... bytes) {
    payload = bytes;
    return this;
  }

  /** Leaves the transport checksum 0. */
  public FrameBuilder withoutChecksum() {
    checksummed = false;
    return this;
  }

  /** IPv4: sets flags and fragment offset, raw; the transport checksum is over these bytes only. */
  public FrameBuilder fragment(int field) {
    fragmentField = field;
    return this;
  }

  /** Sets time to live or hop limit. */
  public FrameBuilder hops(int left) {
    hops = left;
    return this;
  }

  /** Sets the packet time. */
  public FrameBuilder at(long nanos) {
    timestampNanos = nanos;
    return this;
  }

  /** The packet comes from outside; without this, from inside. */
  public FrameBuilder fromOutside() {
    fromInside = false;
    return this;
  }

  /** The packet, parsed. */
  public Packet build() {
    byte[] transport = Arrays.copyOf(upper, upper.length + payload.length);
    System.arraycopy(payload, 0, transport, upper.length, payload.length);
    if (lengthField) {
      put16(transport, 4, transport.length);
    }
    if (checksummed) {
      int at = checksumOffset();
      int checksum = ReferenceChecksum.transport(source, destination, protocol, transport);
      put16(transport, at, checksum == 0 && protocol == IpProtocol.UDP ? 0xffff : checksum);
    }
    byte[] frame = source.length == 4 ? ipv4(transport) : ipv6(transport);
    return packet(frame, timestampNanos, fromInside);
  }

  /** A frame in memory of its own, parsed. */
  public static Packet packet(byte[] frame, long timestampNanos, boolean fromInside) {
    return packet(frame, timestampNanos, fromInside, LinkType.ETHERNET);
  }

  /** A frame of any link type in memory of its own, parsed. */
  public static Packet packet(byte[] frame, long timestampNanos, boolean fromInside, int linkType) {
    MemorySegment memory = Arena.ofAuto().allocate(frame.length);
    MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, 0, frame.length);
    Packet packet = new Packet();
    packet.linkType(linkType);
    packet.fromInside(fromInside);
    packet.wrap(memory, 0, frame.length, frame.length, timestampNanos);
    PacketParser.parse(packet);
    return packet;
  }

  /** A copy that is parsed anew, such as of a packet that was rewritten. */
  public static Packet reparsed(Packet packet, boolean fromInside) {
    return packet(bytes(packet), packet.timestampNanos(), fromInside);
  }

  /** The frame's bytes. */
  public static byte[] bytes(Packet packet) {
    return packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The bytes of the IP packet without the link layer and padding. */
  public static byte[] ipPacket(Packet packet) {
    byte[] frame = bytes(packet);
    return Arrays.copyOfRange(frame, packet.l3Offset(), packet.l3Offset() + packet.l3TotalLength());
  }

  private int checksumOffset() {
    return switch (protocol) {
      case IpProtocol.TCP -> 16;
      case IpProtocol.UDP -> 6;
      default -> 2;
    };
  }

  private byte[] ipv4(byte[] transport) {
    byte[] frame = frame(0x0800, 20, transport);
    int ip = ETHERNET;
    frame[ip] = 0x45;
    put16(frame, ip + 2, 20 + transport.length);
    put16(frame, ip + 4, 0x1234);
    put16(frame, ip + 6, fragmentField);
    frame[ip + 8] = (byte) hops;
    frame[ip + 9] = (byte) protocol;
    System.arraycopy(source, 0, frame, ip + 12, 4);
    System.arraycopy(destination, 0, frame, ip + 16, 4);
    put16(frame, ip + 10, ReferenceChecksum.of(Arrays.copyOfRange(frame, ip, ip + 20)));
    return frame;
  }

  private byte[] ipv6(byte[] transport) {
    byte[] frame = frame(0x86dd, 40, transport);
    int ip = ETHERNET;
    frame[ip] = 0x60;
    put16(frame, ip + 4, transport.length);
    frame[ip + 6] = (byte) protocol;
    frame[ip + 7] = (byte) hops;
    System.arraycopy(source, 0, frame, ip + 8, 16);
    System.arraycopy(destination, 0, frame, ip + 24, 16);
    return frame;
  }

  private static byte[] frame(int etherType, int ipHeader, byte[] transport) {
    byte[] frame = new byte[ETHERNET + ipHeader + transport.length];
    System.arraycopy(MACS, 0, frame, 0, MACS.length);
    put16(frame, 12, etherType);
    System.arraycopy(transport, 0, frame, ETHERNET + ipHeader, transport.length);
    return frame;
  }

  private static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}

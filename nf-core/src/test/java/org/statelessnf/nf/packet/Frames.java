package org.statelessnf.nf.packet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** Hand-made frames: hexadecimal text, blanks and line breaks ignored. */
final class Frames {
  /** Ethernet header in front of IPv4. */
  static final String ETH4 = "02 00 00 00 00 01  02 00 00 00 00 02  08 00 ";

  /** Ethernet header in front of IPv6. */
  static final String ETH6 = "02 00 00 00 00 01  02 00 00 00 00 02  86 dd ";

  private Frames() {}

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  /** The frame in native memory of its exact size, so that a read past its end throws. */
  static Packet packet(byte[] frame, int linkType) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, frame.length));
    MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, 0, frame.length);
    Packet packet = new Packet();
    packet.linkType(linkType);
    packet.wrap(memory.asSlice(0, frame.length), 0, frame.length, frame.length, 0);
    return packet;
  }

  /** A captured frame, unparsed. */
  static Packet packet(Captures.Frame frame) {
    Packet packet = packet(frame.bytes, frame.linkType);
    packet.wireLength(frame.wireLength);
    return packet;
  }

  static Packet parse(String hex, int linkType) {
    Packet packet = packet(bytes(hex), linkType);
    PacketParser.parse(packet);
    return packet;
  }

  static Packet parse(String hex) {
    return parse(hex, LinkType.ETHERNET);
  }

  /** An IPv4 header of 20 bytes from 10.0.0.1 to 10.0.0.2 with a right checksum. */
  static String ipv4(int protocol, int payloadLength, int fragmentField) {
    byte[] h = bytes("45000000 1234 0000 40 00 0000 0a000001 0a000002");
    put16(h, 2, 20 + payloadLength);
    put16(h, 6, fragmentField);
    h[9] = (byte) protocol;
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += (h[i] & 0xff) << 8 | (h[i + 1] & 0xff);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    put16(h, 10, ~sum);
    return HexFormat.of().formatHex(h) + " ";
  }

  /** An IPv6 header from 2001:db8::1 to 2001:db8::2. */
  static String ipv6(int nextHeader, int payloadLength) {
    return "60000000 %04x %02x 40 20010db8000000000000000000000001 20010db8000000000000000000000002 "
        .formatted(payloadLength, nextHeader);
  }

  private static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}

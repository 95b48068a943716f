package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/** Keys of {@link FlowKeys} for people. Bytes that are no key come out in hexadecimal. */
final class FlowKeyText {
  private FlowKeyText() {}

  static String format(MemorySegment key, long offset, int length, String arrow) {
    int tag = length > 0 ? Wire.u8(key, offset) : 0;
    boolean datagram = (tag & 0x80) != 0;
    int version = tag & 0x7f;
    if (!(version == 4 && length == FlowKeys.IPV4_LENGTH)
        && !(version == 6 && length == FlowKeys.IPV6_LENGTH)) {
      return hex(key, offset, length);
    }
    int protocol = Wire.u8(key, offset + 1);
    int size = version == 4 ? 4 : 16;
    String first = Addresses.format(key, offset + 2, version);
    String second = Addresses.format(key, offset + 2 + size, version);
    long ports = offset + 2 + 2L * size;
    StringBuilder text = new StringBuilder(64);
    if (datagram) {
      text.append("fragments ");
      if (version == 4) {
        text.append(IpProtocol.text(protocol)).append(' ');
      }
      text.append(first).append(" -> ").append(second);
      return text.append(" id ").append(Wire.u32(key, ports)).toString();
    }
    text.append(IpProtocol.text(protocol)).append(' ');
    int firstPort = Wire.u16(key, ports);
    if (IpProtocol.hasPorts(protocol)) {
      endpoint(text, first, version, firstPort).append(arrow);
      return endpoint(text, second, version, Wire.u16(key, ports + 2)).toString();
    }
    text.append(first).append(arrow).append(second);
    if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
      text.append(" id ").append(firstPort);
    }
    return text.toString();
  }

  private static StringBuilder endpoint(StringBuilder text, String address, int version, int port) {
    if (version == 4) {
      return text.append(address).append(':').append(port);
    }
    return text.append('[').append(address).append("]:").append(port);
  }

  private static String hex(MemorySegment key, long offset, int length) {
    StringBuilder text = new StringBuilder("0x");
    for (int i = 0; i < length; i++) {
      int value = Wire.u8(key, offset + i);
      text.append(Character.forDigit(value >>> 4, 16)).append(Character.forDigit(value & 0xf, 16));
    }
    return text.toString();
  }
}

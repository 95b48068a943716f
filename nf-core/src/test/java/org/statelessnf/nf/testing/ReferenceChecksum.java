package org.statelessnf.nf.testing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;

/** The Internet checksum as RFC 1071 puts it, slow and plain, to judge the fast one by. */
public final class ReferenceChecksum {
  private ReferenceChecksum() {}

  /** Checksum of bytes whose checksum field is 0; 0 for bytes that hold a right one. */
  public static int of(byte[] bytes) {
    long sum = 0;
    for (int i = 0; i < bytes.length; i += 2) {
      int low = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
      sum += (bytes[i] & 0xff) << 8 | low;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) ~sum & 0xffff;
  }

  /** Checksum of a transport packet with the pseudo header that its protocol has. */
  public static int transport(byte[] source, byte[] destination, int protocol, byte[] transport) {
    if (protocol == IpProtocol.ICMP) {
      return of(transport);
    }
    boolean v4 = source.length == 4;
    ByteBuffer all = ByteBuffer.allocate((v4 ? 12 : 40) + transport.length);
    all.put(source).put(destination);
    if (v4) {
      all.put((byte) 0).put((byte) protocol).putShort((short) transport.length);
    } else {
      all.putInt(transport.length).putInt(protocol);
    }
    return of(all.put(transport).array());
  }

  /**
   * What is wrong with a packet's checksums, those of a quoted packet that is there in full
   * included; empty if nothing is.
   */
  public static List<String> faults(Packet packet) {
    List<String> faults = new ArrayList<>();
    ip(FrameBuilder.ipPacket(packet), "", packet.isFragment(), faults);
    return faults;
  }

  private static void ip(byte[] ip, String where, boolean fragment, List<String> faults) {
    boolean v4 = ip[0] >>> 4 == 4;
    int header = v4 ? (ip[0] & 0xf) * 4 : 40;
    if (v4 && of(Arrays.copyOf(ip, header)) != 0) {
      faults.add(where + "ipv4 header");
    }
    int total = v4 ? u16(ip, 2) : 40 + u16(ip, 4);
    int protocol = ip[v4 ? 9 : 6] & 0xff;
    if (fragment || total > ip.length) {
      return;
    }
    byte[] source = v4 ? Arrays.copyOfRange(ip, 12, 16) : Arrays.copyOfRange(ip, 8, 24);
    byte[] destination = v4 ? Arrays.copyOfRange(ip, 16, 20) : Arrays.copyOfRange(ip, 24, 40);
    byte[] transport = Arrays.copyOfRange(ip, header, total);
    boolean none = protocol == IpProtocol.UDP && u16(transport, 6) == 0;
    boolean known =
        switch (protocol) {
          case IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMP, IpProtocol.ICMPV6 -> true;
          default -> false;
        };
    if (known && !none && transport(source, destination, protocol, transport) != 0) {
      faults.add(where + IpProtocol.text(protocol));
    }
    if (isError(protocol, transport) && transport.length >= 8 + 20) {
      ip(Arrays.copyOfRange(transport, 8, transport.length), where + "quoted ", false, faults);
    }
  }

  private static boolean isError(int protocol, byte[] transport) {
    int type = transport.length == 0 ? -1 : transport[0] & 0xff;
    return switch (protocol) {
      case IpProtocol.ICMP -> type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
      case IpProtocol.ICMPV6 -> type >= 1 && type <= 4;
      default -> false;
    };
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }
}

package org.statelessnf.nf.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.ParseStatus;

/**
 * Any bytes as a sequence of packets: what a fuzzer plays with. Every string of bytes means
 * something, and small changes of it mean small changes of what is sent, so that conversations come
 * up as well as garbage.
 *
 * <pre>
 *   operation, modulo 8, and its arguments, a byte each; an argument that is missing is 0
 *   0  frame     side, length, then so many bytes: a frame as it is
 *   1  TCP       ends, ports, flags, sequence, acknowledgment, payload: 6 bits length, 2 what fills it
 *   2  UDP       ends, ports, payload
 *   3  query     ends, kind, identifier
 *   4  error     ends, kind, how much it quotes: about the packet that came out last
 *   5  time      passes, the square of the argument in tenths of a second
 *   6  damage    where, bits: to the next packet, after its checksums were computed
 *   7  field     high, low: the next IPv4 packet's flags and fragment offset
 *
 *   ends     ____ __dd  destination;  ____ ss__ source, both of the same IP version
 *            ___6 ____  IPv6;  1___ ____  a reply to the packet that came out last, ends swapped
 * </pre>
 */
public final class PacketScript {
  private static final int REPLY = 0x80;
  private static final int VERSION_6 = 0x10;

  /** Time of the first packet, if no time passes before it. */
  public static final long START = 1_700_000_000_000_000_000L;

  private static final long TENTH = 100_000_000L;
  private static final int MAX_PACKETS = 64;
  private static final int[] ICMP_QUERIES = {8, 0, 13, 14, 128, 129, 5, 10};
  private static final int[] ICMP_ERRORS = {3, 11, 12, 1, 2, 4};

  private final byte[] script;
  private final String[] hosts4;
  private final String[] hosts6;
  private final int[] ports;
  private final List<int[]> damage = new ArrayList<>();
  private int at;
  private int packets;
  private int fragmentField;
  private long nowNanos = START;
  private @Nullable Packet last;

  /**
   * A script.
   *
   * @param script any bytes
   * @param hosts4 four IPv4 addresses; the first two are inside
   * @param hosts6 four IPv6 addresses, likewise
   * @param ports four ports
   */
  public PacketScript(byte[] script, String[] hosts4, String[] hosts6, int[] ports) {
    this.script = script;
    this.hosts4 = hosts4;
    this.hosts6 = hosts6;
    this.ports = ports;
  }

  /** Time of the latest packet. */
  public long nowNanos() {
    return nowNanos;
  }

  /** The packet that came out last, as it came out: what replies and errors are about. */
  public void cameOut(Packet packet) {
    last = packet;
  }

  /** The next packet; null at the end. */
  public @Nullable Packet next() {
    while (at < script.length && packets < MAX_PACKETS) {
      int operation = u8() & 7;
      switch (operation) {
        case 5 -> {
          int amount = u8();
          nowNanos += (long) amount * amount * TENTH;
        }
        case 6 -> damage.add(new int[] {u8(), u8()});
        case 7 -> fragmentField = u8() << 8 | u8();
        default -> {
          packets++;
          return damaged(operation == 0 ? frame() : made(operation));
        }
      }
    }
    return null;
  }

  private Packet frame() {
    int side = u8();
    int from = at + 1;
    int length = Math.min(u8(), Math.max(0, script.length - from));
    byte[] frame = Arrays.copyOfRange(script, Math.min(from, script.length), at + length);
    at += length;
    Packet packet = FrameBuilder.packet(frame, nowNanos, (side & 1) != 0);
    if ((side & 2) != 0) {
      packet.linkType(LinkType.RAW_IP);
      PacketParser.parse(packet);
    }
    return packet;
  }

  private Packet made(int operation) {
    int ends = u8();
    Packet about = last;
    boolean reply = (ends & REPLY) != 0 && about != null;
    int version = (ends & VERSION_6) != 0 ? 6 : 4;
    String[] hosts = version == 4 ? hosts4 : hosts6;
    String source = hosts[ends >>> 2 & 3];
    String destination = hosts[ends & 3];
    boolean inside = (ends >>> 2 & 3) < 2;
    int replyFrom = 0;
    int replyTo = 0;
    if (about != null && (reply || operation == 4)) {
      version = about.ipVersion();
      int length = version == 4 ? 4 : 16;
      long addresses = about.l3Start() + (version == 4 ? 12 : 8);
      destination = Addresses.format(about.memory(), addresses, version);
      source = (version == 4 ? hosts4 : hosts6)[ends >>> 2 & 3];
      if (reply) {
        source = Addresses.format(about.memory(), addresses + length, version);
        inside = !about.fromInside();
        replyFrom = about.destinationPort();
        replyTo = about.sourcePort();
      }
    }
    FrameBuilder frame;
    if (operation == 4) {
      frame = error(source, destination, about);
    } else if (operation == 3) {
      int type = ICMP_QUERIES[u8() & 7];
      int identifier = u8();
      frame = FrameBuilder.icmp(source, destination, type, 0, reply ? replyTo : identifier);
    } else {
      int pair = u8();
      int from = reply ? replyFrom : ports[pair >>> 2 & 3];
      int to = reply ? replyTo : ports[pair & 3];
      frame =
          operation == 1
              ? FrameBuilder.tcp(source, from, destination, to, u8())
                  .numbers(1000 + u8(), 1000 + u8())
              : FrameBuilder.udp(source, from, destination, to);
      int filled = u8();
      byte[] payload = new byte[filled & 63];
      Arrays.fill(payload, (byte) (filled >>> 6));
      frame.payload(payload);
    }
    if (!inside) {
      frame.fromOutside();
    }
    Packet packet = frame.fragment(version == 4 ? fragmentField : 0).at(nowNanos).build();
    fragmentField = 0;
    return packet;
  }

  private FrameBuilder error(String source, String destination, @Nullable Packet about) {
    int type = ICMP_ERRORS[u8() % ICMP_ERRORS.length];
    int quoted = u8();
    if (about == null) {
      return FrameBuilder.icmp(source, destination, type, 0, quoted);
    }
    return FrameBuilder.icmpError(source, destination, type, 0, about, quoted);
  }

  private Packet damaged(Packet packet) {
    if (damage.isEmpty() || packet.length() == 0) {
      damage.clear();
      return packet;
    }
    byte[] bytes = FrameBuilder.bytes(packet);
    for (int[] one : damage) {
      bytes[one[0] % bytes.length] ^= (byte) one[1];
    }
    damage.clear();
    Packet changed = FrameBuilder.packet(bytes, nowNanos, packet.fromInside());
    changed.linkType(packet.linkType());
    PacketParser.parse(changed);
    return changed;
  }

  private int u8() {
    return at < script.length ? script[at++] & 0xff : 0;
  }

  /** Whether replies to a packet and errors about it can be made. */
  static boolean canBeAnswered(Packet packet) {
    return packet.parseStatus() == ParseStatus.OK && packet.hasAddresses();
  }
}

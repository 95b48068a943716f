package org.statelessnf.nf.ips;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;

/**
 * A signature matched.
 *
 * @param timestampNanos packet time, nanoseconds since the epoch
 * @param source address of the packet's source
 * @param sourcePort its port, or the type of an ICMP message
 * @param destination address of its destination
 * @param destinationPort its port, or the code of an ICMP message
 * @param protocol an {@link IpProtocol}
 * @param blocked whether the packet was dropped by this signature
 * @param gid generator of the signature
 * @param sid number of the signature
 * @param rev its revision
 * @param message its msg
 * @param category its classtype
 * @param priority its priority, 1 is worst
 */
public record Alert(
    long timestampNanos,
    String source,
    int sourcePort,
    String destination,
    int destinationPort,
    int protocol,
    boolean blocked,
    int gid,
    int sid,
    int rev,
    String message,
    String category,
    int priority) {
  /** Bytes of an alert as a step reports it. */
  static final int BYTES = 56;

  private static final long NANOS = 1_000_000_000L;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxx").withZone(ZoneOffset.UTC);

  /**
   * Writes an alert about a packet as bytes, without allocating.
   *
   * @param signature its number in the rules
   * @param to has room for {@link #BYTES} at 0
   */
  static void write(Packet p, int signature, MemorySegment to) {
    to.fill((byte) 0);
    int version = p.ipVersion();
    boolean ports = IpProtocol.hasPorts(p.protocol());
    Wire.put32(to, 0, signature);
    Wire.put8(to, 4, version);
    Wire.put8(to, 5, p.protocol());
    Wire.put64(to, 8, p.timestampNanos());
    Wire.put16(to, 16, ports ? p.sourcePort() : p.icmpType());
    Wire.put16(to, 18, ports ? p.destinationPort() : p.icmpCode());
    int bytes = version == 4 ? 4 : 16;
    long source = version == 4 ? Ipv4Header.SOURCE_OFFSET : Ipv6Header.SOURCE_OFFSET;
    MemorySegment.copy(p.memory(), p.l3Start() + source, to, 24, 2L * bytes);
  }

  /** Reads what {@link #write} wrote. */
  static Alert read(MemorySegment from, long at, RuleSet rules) {
    Signature signature = rules.signatures[Wire.i32(from, at)];
    Signature.Identity identity = signature.identity();
    int version = Wire.u8(from, at + 4);
    return new Alert(
        Wire.i64(from, at + 8),
        Addresses.format(from, at + 24, version),
        Wire.u16(from, at + 16),
        Addresses.format(from, at + 24 + (version == 4 ? 4 : 16), version),
        Wire.u16(from, at + 18),
        Wire.u8(from, at + 5),
        signature.action().blocks(),
        identity.gid(),
        identity.sid(),
        identity.rev(),
        identity.message(),
        identity.category(),
        identity.priority());
  }

  /** One line of EVE JSON, as Suricata writes alerts, without a line end. */
  public String eveJson() {
    StringBuilder json = new StringBuilder(320).append("{\"timestamp\":");
    text(json, time()).append(",\"event_type\":\"alert\",\"src_ip\":");
    text(json, source);
    boolean ports = IpProtocol.hasPorts(protocol);
    if (ports) {
      json.append(",\"src_port\":").append(sourcePort);
    }
    text(json.append(",\"dest_ip\":"), destination);
    if (ports) {
      json.append(",\"dest_port\":").append(destinationPort);
    }
    text(json.append(",\"proto\":"), protocolName());
    if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
      json.append(",\"icmp_type\":").append(sourcePort);
      json.append(",\"icmp_code\":").append(destinationPort);
    }
    json.append(",\"alert\":{\"action\":\"").append(blocked ? "blocked" : "allowed");
    json.append("\",\"gid\":").append(gid).append(",\"signature_id\":").append(sid);
    json.append(",\"rev\":").append(rev);
    text(json.append(",\"signature\":"), message);
    text(json.append(",\"category\":"), category);
    return json.append(",\"severity\":").append(priority).append("}}").toString();
  }

  private String time() {
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(timestampNanos, NANOS), Math.floorMod(timestampNanos, NANOS));
    return TIME.format(instant);
  }

  private String protocolName() {
    return switch (protocol) {
      case IpProtocol.ICMPV6 -> "IPv6-ICMP";
      default -> IpProtocol.text(protocol).toUpperCase(java.util.Locale.ROOT);
    };
  }

  private static StringBuilder text(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || (c >= 0x7f && c <= 0x9f)) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"');
  }
}

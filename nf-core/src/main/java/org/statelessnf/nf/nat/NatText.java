package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Wire;

/** A NAT's records as lines of text, for operators. */
final class NatText {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private NatText() {}

  static String describe(String table, byte[] key, byte[] value) {
    MemorySegment k = MemorySegment.ofArray(key);
    MemorySegment v = MemorySegment.ofArray(value);
    return switch (table) {
      case NatTables.FORWARD -> mapping(k, v, true);
      case NatTables.REVERSE -> mapping(k, v, false);
      case NatTables.BLOCKS -> block(k, v);
      case NatTables.SUBSCRIBERS ->
          "%s %s has %d ports"
              .formatted(
                  IpProtocol.text(Wire.u8(k, 0)),
                  Addresses.formatIpv4(Wire.i32(k, 1)),
                  Long.reverseBytes(Wire.i64(v, 0)));
      case NatTables.PERMISSIONS ->
          "%s %s lets in %s%s, last used %s"
              .formatted(
                  IpProtocol.text(MappingKey.protocol(k, 0)),
                  endpoint(MappingKey.address(k, 0), MappingKey.port(k, 0)),
                  Addresses.formatIpv4(PermissionKey.remoteAddress(k, 0)),
                  PermissionKey.remotePort(k, 0) == 0 ? "" : ":" + PermissionKey.remotePort(k, 0),
                  instant(Wire.i64(v, 0)));
      case NatTables.FRAGMENTS ->
          "fragments of %s go from %s to %s%s, since %s"
              .formatted(
                  FlowKeys.format(key),
                  Addresses.formatIpv4(FragmentRecord.source(v, 0)),
                  Addresses.formatIpv4(FragmentRecord.destination(v, 0)),
                  FragmentRecord.isHairpin(v, 0) ? " (hairpin)" : "",
                  instant(FragmentRecord.lastSeenNanos(v, 0)));
      default -> throw new IllegalArgumentException("a NAT has no table '" + table + "'");
    };
  }

  private static String mapping(MemorySegment key, MemorySegment value, boolean forward) {
    int flags = MappingRecord.flags(value, 0);
    return "%s %s %s %s %s%s, last used %s"
        .formatted(
            IpProtocol.text(MappingKey.protocol(key, 0)),
            endpoint(MappingKey.address(key, 0), MappingKey.port(key, 0)),
            forward ? "->" : "<-",
            endpoint(MappingRecord.peerAddress(value, 0), MappingRecord.peerPort(value, 0)),
            MappingState.text(MappingRecord.state(value, 0)),
            (flags & MappingState.SHARED) != 0 ? " shared" : "",
            instant(MappingRecord.lastSeenNanos(value, 0)));
  }

  private static String block(MemorySegment key, MemorySegment value) {
    return "%s %s block %d leased to %016x until %s"
        .formatted(
            IpProtocol.text(MappingKey.protocol(key, 0)),
            Addresses.formatIpv4(MappingKey.address(key, 0)),
            MappingKey.port(key, 0),
            BlockRecord.owner(value, 0),
            Instant.ofEpochMilli(BlockRecord.leaseEndMillis(value, 0)));
  }

  private static String endpoint(int address, int port) {
    return Addresses.formatIpv4(address) + ":" + port;
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
  }
}

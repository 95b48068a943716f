package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.StringJoiner;

/** A load balancer's records as lines of text, for operators. */
final class LbText {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private LbText() {}

  static String describe(String table, byte[] key, byte[] value) {
    MemorySegment memory = MemorySegment.ofArray(value);
    return switch (table) {
      case "flows" -> flow(key, memory, value.length);
      case "clusters" -> {
        StringJoiner backends = new StringJoiner(", ");
        ClusterRecord.decode(memory, 0, value.length)
            .forEach(m -> backends.add(m.endpoint() + " " + m.state()));
        yield Endpoint.read(MemorySegment.ofArray(key), 0) + " -> " + backends;
      }
      case "loads" -> {
        MemorySegment endpoints = MemorySegment.ofArray(key);
        yield "%s on %s has %d flows"
            .formatted(
                Endpoint.read(endpoints, Endpoint.LENGTH),
                Endpoint.read(endpoints, 0),
                counter(value));
      }
      default -> throw new IllegalArgumentException("a load balancer has no table '" + table + "'");
    };
  }

  private static String flow(byte[] key, MemorySegment value, int length) {
    if (!FlowRecord.isUsable(value, 0, length)) {
      return FlowKey.format(key) + " of an unknown format";
    }
    long seen = FlowRecord.lastSeenNanos(value, 0);
    return "%s at %s %s, last used %s"
        .formatted(
            FlowKey.format(key),
            Endpoint.read(value, FlowRecord.BACKEND),
            FlowState.text(FlowRecord.state(value, 0)),
            Instant.ofEpochSecond(
                Math.floorDiv(seen, NANOS_PER_SECOND), Math.floorMod(seen, NANOS_PER_SECOND)));
  }

  /** Value of a counter record. */
  static long counter(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}

package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.IdleTimeout;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.packet.IpProtocol;

/**
 * The life of a mapping by packet time, from its reverse record's time of last use, which lags up
 * to a fraction of the timeout behind the truth:
 *
 * <pre>
 *   last seen       + timeout + lag          + rest
 *       |----------------|---------------------|---------------
 *        alive            resting               free: the record may
 *                         (lets nothing in)     be removed, the port claimed
 * </pre>
 */
final class Lifetimes {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final NatTimeouts timeouts;

  Lifetimes(NatTimeouts timeouts) {
    this.timeouts = timeouts;
  }

  /** Whether a mapping lets packets in. */
  boolean isAlive(StagedRecord reverse, long nowNanos) {
    MemorySegment memory = reverse.memory();
    long at = reverse.offset();
    return !IdleTimeout.isExpired(
        MappingRecord.lastSeenNanos(memory, at),
        nowNanos,
        timeouts.of(MappingRecord.state(memory, at)));
  }

  /** Until when nobody else may have the external endpoint. */
  long holdEndNanos(StagedRecord record) {
    return holdEndNanos(record.memory(), record.offset());
  }

  /** Until when nobody else may have the external endpoint. */
  long holdEndNanos(MemorySegment memory, long at) {
    long timeout = timeouts.of(MappingRecord.state(memory, at));
    return MappingRecord.lastSeenNanos(memory, at)
        + timeout
        + timeout / IdleTimeout.REFRESH_FRACTION
        + timeouts.restNanos();
  }

  /**
   * How long a forward record is believed without a look at the reverse record. At most half the
   * rest, so that the clocks of two instances may differ by the other half.
   */
  long leaseNanos(int state) {
    return Math.min(timeouts.of(state) / IdleTimeout.REFRESH_FRACTION, timeouts.restNanos() / 2);
  }

  /** Whether the reverse record, as it is, keeps others away for a lease from now. */
  boolean covers(StagedRecord reverse, long nowNanos, int state) {
    return nowNanos + leaseNanos(state) <= holdEndNanos(reverse);
  }

  /** When the reverse record's timer is to fire: when the port is free. */
  long millisToFree(StagedRecord record, long nowNanos) {
    long left = holdEndNanos(record) - nowNanos;
    return Math.max(1_000, left / NANOS_PER_MILLI + 1);
  }

  /** How long a permission to send in lasts; for TCP as long as a connection may be idle. */
  long permissionNanos(int protocol) {
    return switch (protocol) {
      case IpProtocol.UDP -> timeouts.udpNanos();
      case IpProtocol.TCP -> timeouts.establishedNanos();
      default -> timeouts.icmpNanos();
    };
  }
}

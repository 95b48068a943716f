package org.statelessnf.nf.nat;

import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.IdleTimeout;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;

/**
 * Filtering by where an inside endpoint has sent to: one record per inside endpoint and remote
 * address (and port). Not used at all with endpoint-independent filtering.
 */
final class Permissions {
  private final boolean enabled;
  private final boolean byPort;
  private final NatTables tables;
  private final Lifetimes lifetimes;

  Permissions(Filtering filtering, NatTables tables, Lifetimes lifetimes) {
    this.enabled = filtering != Filtering.ENDPOINT_INDEPENDENT;
    this.byPort = filtering == Filtering.ADDRESS_AND_PORT_DEPENDENT;
    this.tables = tables;
    this.lifetimes = lifetimes;
  }

  /** Locates the permission that a packet from inside gives. */
  void locate(Packet packet, Keys keys) {
    if (enabled) {
      tables.locatePermission(
          keys,
          packet.protocol(),
          Route.source(packet),
          packet.sourcePort(),
          Route.destination(packet),
          byPort ? packet.destinationPort() : 0);
    }
  }

  /** How many records {@link #locate} located. */
  int records() {
    return enabled ? 1 : 0;
  }

  /** Gives the permission, or keeps it fresh. */
  void grant(Packet packet, Step step, int recordIndex) {
    if (!enabled) {
      return;
    }
    StagedRecord record = step.record(recordIndex);
    long now = step.nowNanos();
    long timeout = lifetimes.permissionNanos(packet.protocol());
    boolean isNew = !record.exists();
    if (isNew || IdleTimeout.needsRefresh(lastSeenNanos(record), now, timeout)) {
      long at = record.write(PermissionKey.VALUE_LENGTH);
      Wire.put64(record.memory(), at, now);
      if (isNew) {
        step.armTimer(record, IdleTimeout.remainingMillis(now, now, timeout));
      }
    }
  }

  /**
   * Whether a remote endpoint may send to an inside one.
   *
   * @return false if the step has its verdict, or is to be called again
   */
  boolean check(
      Step step,
      int protocol,
      int insideAddress,
      int insidePort,
      int remoteAddress,
      int remotePort) {
    if (!enabled) {
      return true;
    }
    StagedRecord record =
        tables.fetchPermission(
            step, protocol, insideAddress, insidePort, remoteAddress, byPort ? remotePort : 0);
    if (record == null) {
      return false;
    }
    long timeout = lifetimes.permissionNanos(protocol);
    if (record.exists()
        && !IdleTimeout.isExpired(lastSeenNanos(record), step.nowNanos(), timeout)) {
      return true;
    }
    step.drop(DropReason.UNSOLICITED);
    return false;
  }

  /** Removes an expired permission, or waits on. */
  void onTimer(Step step, StagedRecord record, int protocol) {
    if (!record.exists()) {
      return;
    }
    long now = step.nowNanos();
    long timeout = lifetimes.permissionNanos(protocol);
    if (IdleTimeout.isExpired(lastSeenNanos(record), now, timeout)) {
      record.remove();
    } else {
      step.armTimer(
          record,
          Math.max(1_000, IdleTimeout.remainingMillis(lastSeenNanos(record), now, timeout)));
    }
  }

  static long lastSeenNanos(StagedRecord record) {
    return Wire.i64(record.memory(), record.offset());
  }
}

package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;

/**
 * The inside endpoint behind a packet's external destination. One record answers; it is written for
 * a reset only.
 */
final class DestinationTranslation {
  private final NatTables tables;
  private final Lifetimes lifetimes;
  private final Permissions permissions;
  private int insideAddress;
  private int insidePort;

  DestinationTranslation(NatTables tables, Lifetimes lifetimes, Permissions permissions) {
    this.tables = tables;
    this.lifetimes = lifetimes;
    this.permissions = permissions;
  }

  /** The address that {@link #find} found. */
  int insideAddress() {
    return insideAddress;
  }

  /** The port that {@link #find} found. */
  int insidePort() {
    return insidePort;
  }

  /** Whether the destination has a mapping; if not, the step has its verdict. */
  boolean isOpen(Step step, StagedRecord reverse) {
    if (reverse.exists() && lifetimes.isAlive(reverse, step.nowNanos())) {
      return true;
    }
    step.drop(DropReason.NO_MAPPING);
    return false;
  }

  /**
   * Finds the inside endpoint.
   *
   * @param reverse the destination's reverse record
   * @param remoteAddress where the packet comes from, as the outside sees it
   * @param remotePort likewise
   * @return false if the step has its verdict, or is to be called again
   */
  boolean find(Packet packet, Step step, StagedRecord reverse, int remoteAddress, int remotePort) {
    if (!isOpen(step, reverse)) {
      return false;
    }
    insideAddress = MappingRecord.peerAddress(reverse.memory(), reverse.offset());
    insidePort = MappingRecord.peerPort(reverse.memory(), reverse.offset());
    return permissions.check(
            step, packet.protocol(), insideAddress, insidePort, remoteAddress, remotePort)
        && noteReset(packet, step, reverse, remoteAddress, remotePort);
  }

  /** Gives a mapping whose connection was reset the transitory timeout, in both records. */
  private boolean noteReset(
      Packet packet, Step step, StagedRecord reverse, int remoteAddress, int remotePort) {
    if (packet.protocol() != IpProtocol.TCP || (packet.tcpFlags() & TcpHeader.RST) == 0) {
      return true;
    }
    MemorySegment memory = reverse.memory();
    long at = reverse.offset();
    int state = MappingRecord.state(memory, at);
    int flags = MappingRecord.flags(memory, at);
    boolean sameRemote = MappingRecord.hasRemote(memory, at, remoteAddress, remotePort);
    if (!MappingState.isResetBy(state, flags, sameRemote)) {
      return true;
    }
    StagedRecord forward =
        tables.fetch(step, tables.forward, packet.protocol(), insideAddress, insidePort);
    if (forward == null) {
      return false;
    }
    long resetAt = Math.max(step.nowNanos(), MappingRecord.lastSeenNanos(memory, at));
    if (forward.exists()
        && MappingRecord.hasPeer(
            forward.memory(),
            forward.offset(),
            Route.destination(packet),
            packet.destinationPort())) {
      long forwardAt = forward.write(MappingRecord.LENGTH);
      MappingRecord.state(forward.memory(), forwardAt, MappingState.TCP_RESET, 0);
    }
    long reverseAt = reverse.write(MappingRecord.LENGTH);
    MappingRecord.state(reverse.memory(), reverseAt, MappingState.TCP_RESET, 0);
    MappingRecord.lastSeenNanos(reverse.memory(), reverseAt, resetAt);
    step.armTimer(reverse, lifetimes.millisToFree(reverse, step.nowNanos()));
    return true;
  }
}

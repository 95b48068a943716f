package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Packet;

/**
 * ICMP errors (RFC 5508 REQ-3 to REQ-7): the quoted packet is turned back into what the receiver of
 * the error had sent, and the error's own addresses follow. An error neither makes, nor refreshes,
 * nor ends a mapping.
 *
 * <pre>
 *                  error                     quoted packet
 *   from outside   remote → external         external:port → remote:port    as it left the NAT
 *   becomes        remote → inside           inside:port   → remote:port    as the host sent it
 *
 *   from inside    router or host → remote   remote:port → inside:port      as it reached the host
 *   becomes        external → remote         remote:port → external:port    as the remote sent it
 * </pre>
 *
 * <p>Any inside node may send an error, a router without a mapping of its own too; its source
 * becomes the external address of the mapping that the error is about (REQ-5c).
 */
final class ErrorTranslation {
  private final NatConfig config;
  private final NatTables tables;
  private final Lifetimes lifetimes;

  ErrorTranslation(NatConfig config, NatTables tables, Lifetimes lifetimes) {
    this.config = config;
    this.tables = tables;
    this.lifetimes = lifetimes;
  }

  /** Locates the mapping of the quoted packet's inside destination. */
  void locateQuotedDestination(Packet packet, Keys keys) {
    tables.locate(
        keys,
        tables.forward,
        packet.innerProtocol(),
        Route.innerDestination(packet),
        packet.innerDestinationPort());
  }

  /** Locates the mapping of the quoted packet's external source. */
  void locateQuotedSource(Packet packet, Keys keys) {
    tables.locate(
        keys,
        tables.reverse,
        packet.innerProtocol(),
        Route.innerSource(packet),
        packet.innerSourcePort());
  }

  /** An error from outside about a packet that an inside host sent. */
  void in(Packet packet, Step step) {
    if (isGood(packet, step) && quotedSource(step, step.record(0))) {
      step.forward();
    }
  }

  /** An error from inside about a packet from outside. */
  void out(Packet packet, Step step) {
    if (isGood(packet, step) && quotedDestination(step, step.record(0))) {
      step.forward();
    }
  }

  /** An error from inside about a packet that another inside host sent by way of the NAT. */
  void hairpin(Packet packet, Step step) {
    if (isGood(packet, step)
        && quotedDestination(step, step.record(0))
        && quotedSource(step, step.record(1))) {
      step.hairpin();
    }
  }

  /** RFC 5508 REQ-3 and 3a; the quoted transport checksum is not looked at (REQ-3c). */
  private static boolean isGood(Packet packet, Step step) {
    MemorySegment memory = packet.memory();
    long quoted = packet.innerL3Start();
    if (Checksum.verifyTransport(packet) != Checksum.INVALID
        && Checksum.isIpv4HeaderValid(memory, quoted, Ipv4Header.headerLength(memory, quoted))) {
      return true;
    }
    step.drop(DropReason.BAD_CHECKSUM);
    return false;
  }

  private boolean quotedSource(Step step, StagedRecord reverse) {
    if (!reverse.exists() || !lifetimes.isAlive(reverse, step.nowNanos())) {
      step.drop(DropReason.ICMP_UNRELATED);
      return false;
    }
    long address = address(reverse);
    int port = MappingRecord.peerPort(reverse.memory(), reverse.offset());
    Rewrite rewrite = step.rewrite();
    rewrite.innerSource(0, address, port);
    rewrite.destination(0, address, -1);
    return true;
  }

  private boolean quotedDestination(Step step, StagedRecord forward) {
    if (!forward.exists()
        || !lifetimes.isAlive(forward, step.nowNanos())
        || !config.pool().contains((int) address(forward))) {
      step.drop(DropReason.ICMP_UNRELATED);
      return false;
    }
    long address = address(forward);
    int port = MappingRecord.peerPort(forward.memory(), forward.offset());
    Rewrite rewrite = step.rewrite();
    rewrite.innerDestination(0, address, port);
    rewrite.source(0, address, -1);
    return true;
  }

  private static long address(StagedRecord record) {
    return MappingRecord.peerAddress(record.memory(), record.offset()) & 0xffff_ffffL;
  }
}

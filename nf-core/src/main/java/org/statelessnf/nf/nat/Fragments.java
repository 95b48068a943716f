package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;

/**
 * Fragments: the first one holds the ports and decides; where it went is kept under the datagram's
 * identity for the later ones, whatever instance they come to. One that comes before the first, or
 * too late, is dropped: nothing is held back or put together here (RFC 4787 REQ-14 asks for
 * fragments out of order, too).
 */
final class Fragments {
  /** How long a datagram's later fragments are waited for; Linux' reassembly time. */
  static final long TIMEOUT_NANOS = 30_000_000_000L;

  private static final long TIMER_MILLIS = TIMEOUT_NANOS / 1_000_000 + 1;

  private final NatTables tables;

  Fragments(NatTables tables) {
    this.tables = tables;
  }

  /** Locates the datagram's record, if the packet is a fragment. */
  void locate(Packet packet, Keys keys) {
    if (packet.isFragment()) {
      long at = keys.reserve(FlowKeys.MAX_LENGTH);
      int length = FlowKeys.writeDatagram(packet, keys.memory(), at);
      keys.commit(tables.fragments, length);
    }
  }

  /** Keeps where a first fragment goes. */
  void note(Packet packet, Step step, boolean hairpin) {
    if (!packet.isFragment()) {
      return;
    }
    StagedRecord record = step.record(step.records() - 1);
    Rewrite rewrite = step.rewrite();
    int source = rewrite.hasSource() ? (int) rewrite.source().addressLow() : Route.source(packet);
    int destination =
        rewrite.hasDestination()
            ? (int) rewrite.destination().addressLow()
            : Route.destination(packet);
    long at = record.write(FragmentRecord.LENGTH);
    FragmentRecord.write(record.memory(), at, source, destination, hairpin, step.nowNanos());
    step.armTimer(record, TIMER_MILLIS);
  }

  /** Sends a later fragment after the first one. */
  void follow(Step step) {
    StagedRecord record = step.record(0);
    MemorySegment memory = record.memory();
    long at = record.offset();
    if (!record.exists() || isExpired(record, step.nowNanos())) {
      step.drop(DropReason.FRAGMENT);
      return;
    }
    step.rewrite().source(0, FragmentRecord.source(memory, at) & 0xffff_ffffL, -1);
    step.rewrite().destination(0, FragmentRecord.destination(memory, at) & 0xffff_ffffL, -1);
    if (FragmentRecord.isHairpin(memory, at)) {
      step.hairpin();
    } else {
      step.forward();
    }
  }

  void onTimer(Step step, StagedRecord record) {
    if (record.exists()) {
      if (isExpired(record, step.nowNanos())) {
        record.remove();
      } else {
        step.armTimer(record, TIMER_MILLIS);
      }
    }
  }

  private static boolean isExpired(StagedRecord record, long nowNanos) {
    return nowNanos - FragmentRecord.lastSeenNanos(record.memory(), record.offset())
        > TIMEOUT_NANOS;
  }
}

package org.statelessnf.nf.nat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.nat.PortAllocator.Range;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;

/**
 * Reads the reverse records of a block's ports, and removes those whose port is free by packet time
 * but whose timer has yet to fire: a replay runs faster than timers do. The forward record that
 * still points to such a port goes first, so that a crash in between leaves none behind.
 */
final class BlockSurvey {
  private static final int PORTS_AT_A_TIME = 256;

  private final NatConfig config;
  private final NatTables tables;
  private final Lifetimes lifetimes;
  private final MemorySegment scratch = Arena.ofAuto().allocate(MappingKey.LENGTH, 8);
  private @Nullable Batches batches;

  /** What a look works with; made once. */
  private record Batches(ReadBatch reverse, ReadBatch forward, WriteBatch writes) {}

  BlockSurvey(NatConfig config, NatTables tables, Lifetimes lifetimes) {
    this.config = config;
    this.tables = tables;
    this.lifetimes = lifetimes;
  }

  /** Marks the block's free ports. */
  void look(NfContext context, Range range, PortBlock block) {
    Batches b = batches;
    if (b == null) {
      b =
          new Batches(
              context.session().newReadBatch(PORTS_AT_A_TIME),
              context.session().newReadBatch(PORTS_AT_A_TIME),
              context.session().newWriteBatch(PORTS_AT_A_TIME));
      batches = b;
    }
    for (int done = 0; done < block.count(); done += PORTS_AT_A_TIME) {
      int count = Math.min(PORTS_AT_A_TIME, block.count() - done);
      look(context, b, range, block, block.firstPort() + done, count);
    }
  }

  private void look(
      NfContext context, Batches b, Range range, PortBlock block, int firstPort, int count) {
    b.reverse.clear();
    for (int i = 0; i < count; i++) {
      MappingKey.write(scratch, 0, range.protocol, range.address, firstPort + i);
      b.reverse.add(context.table(tables.reverse), scratch, 0, MappingKey.LENGTH);
    }
    context.session().execute(b.reverse);
    boolean stale = false;
    for (int i = 0; i < count; i++) {
      if (b.reverse.outcome(i) == Outcome.ABSENT) {
        block.free(firstPort + i);
      } else {
        stale |= isStale(context, b.reverse, i);
      }
    }
    if (stale && removeForward(context, b, range, firstPort, count)) {
      removeReverse(context, b, range, block, firstPort, count);
    }
  }

  private boolean isStale(NfContext context, ReadBatch batch, int slot) {
    return batch.outcome(slot) == Outcome.OK
        && context.nowNanos() > lifetimes.holdEndNanos(batch.memory(), batch.valueOffset(slot));
  }

  /** Removes the forward records that point to stale ports; false if one could not be removed. */
  private boolean removeForward(
      NfContext context, Batches b, Range range, int firstPort, int count) {
    Table table = context.table(tables.forward);
    MemorySegment memory = b.reverse.memory();
    b.forward.clear();
    for (int i = 0; i < count; i++) {
      if (isStale(context, b.reverse, i)) {
        long at = b.reverse.valueOffset(i);
        MappingKey.write(
            scratch,
            0,
            range.protocol,
            MappingRecord.peerAddress(memory, at),
            MappingRecord.peerPort(memory, at));
        b.forward.add(table, scratch, 0, MappingKey.LENGTH);
      }
    }
    context.session().execute(b.forward);
    b.writes.clear();
    int slot = 0;
    for (int i = 0; i < count; i++) {
      if (isStale(context, b.reverse, i)) {
        if (pointsTo(b.forward, slot, range.address, firstPort + i)) {
          if (!isStale(context, b.forward, slot)) {
            return false; // a newer mapping with the same port has come in between: look later
          }
          b.writes.removeIfVersion(
              table,
              b.forward.memory(),
              b.forward.keyOffset(slot),
              b.forward.keyLength(slot),
              b.forward.version(slot));
        }
        slot++;
      }
    }
    return execute(context, b.writes);
  }

  private static boolean pointsTo(ReadBatch forward, int slot, int address, int port) {
    return forward.outcome(slot) == Outcome.OK
        && MappingRecord.hasPeer(forward.memory(), forward.valueOffset(slot), address, port);
  }

  private void removeReverse(
      NfContext context, Batches b, Range range, PortBlock block, int firstPort, int count) {
    b.writes.clear();
    for (int i = 0; i < count; i++) {
      if (isStale(context, b.reverse, i)) {
        b.writes.removeIfVersion(
            context.table(tables.reverse),
            b.reverse.memory(),
            b.reverse.keyOffset(i),
            b.reverse.keyLength(i),
            b.reverse.version(i));
      }
    }
    execute(context, b.writes);
    int slot = 0;
    int removed = 0;
    for (int i = 0; i < count; i++) {
      if (isStale(context, b.reverse, i)) {
        if (b.writes.outcome(slot) == Outcome.OK) {
          block.free(firstPort + i);
          removed++;
        }
        slot++;
      }
    }
    if (removed > 0 && config.portsPerSubscriber() > 0) {
      discount(context, b, range, count);
    }
  }

  /** Takes the removed ports off their subscribers' counters. */
  private void discount(NfContext context, Batches b, Range range, int count) {
    MemorySegment memory = b.reverse.memory();
    boolean[] removed = new boolean[count];
    int slot = 0;
    for (int i = 0; i < count; i++) {
      if (isStale(context, b.reverse, i)) {
        removed[i] = b.writes.outcome(slot++) == Outcome.OK;
      }
    }
    b.writes.clear();
    for (int i = 0; i < count; i++) {
      if (removed[i]) {
        int address = MappingRecord.peerAddress(memory, b.reverse.valueOffset(i));
        int length = NatTables.writeSubscriber(scratch, 0, range.protocol, address);
        b.writes.increment(context.table(tables.subscribers), scratch, 0, length, -1);
      }
    }
    execute(context, b.writes);
  }

  private static boolean execute(NfContext context, WriteBatch batch) {
    if (batch.size() == 0) {
      return true;
    }
    context.session().execute(batch);
    for (int i = 0; i < batch.size(); i++) {
      Outcome outcome = batch.outcome(i);
      if (outcome != Outcome.OK && outcome != Outcome.ABSENT && outcome != Outcome.MISMATCH) {
        return false;
      }
    }
    return true;
  }
}

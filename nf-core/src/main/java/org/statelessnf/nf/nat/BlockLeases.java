package org.statelessnf.nf.nat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.nat.PortAllocator.Range;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.WriteBatch;

/**
 * Leases port blocks, renews them and gives them back, by conditional writes of {@link
 * BlockRecord}s in housekeeping.
 *
 * <p>A lease keeps instances out of each other's way and nothing depends on it: the instance that
 * creates a reverse record has the port, whatever the leases say. So clocks may differ, a lease may
 * be lost unnoticed, and two owners of one block only meet more claims that fail. Leases run by
 * real time, because a replay's packet time says nothing about whether an instance lives.
 *
 * <p>A block is looked into before it is leased: ports with a reverse record are not proposed, and
 * records whose port is free by packet time, though their timer has yet to fire, are cleaned up on
 * the way. A block without a free port is not leased, and not looked into again for a while.
 */
final class BlockLeases {
  private static final int BLOCK_READS = 64;

  /** How long a block that was found full is left alone, by packet time. */
  private static final long FULL_NANOS = 10_000_000_000L;

  /** When all blocks are full, the next look is so much later, by packet time and by real time. */
  private static final long EXHAUSTED_NANOS = 1_000_000_000L;

  private static final long EXHAUSTED_MILLIS = 100;

  private final NatConfig config;
  private final NatTables tables;
  private final PortAllocator ports;
  private final LongSupplier clockMillis;
  private final BlockSurvey survey;
  private final MemorySegment scratch = Arena.ofAuto().allocate(32, 8);
  private @Nullable ReadBatch reads;
  private @Nullable WriteBatch writes;

  BlockLeases(
      NatConfig config,
      NatTables tables,
      Lifetimes lifetimes,
      PortAllocator ports,
      LongSupplier clockMillis) {
    this.config = config;
    this.tables = tables;
    this.ports = ports;
    this.clockMillis = clockMillis;
    this.survey = new BlockSurvey(config, tables, lifetimes);
  }

  /** Renews what is used, gives back what is not, gets what is wanted. */
  void keep(NfContext context) {
    long now = clockMillis.getAsLong();
    for (int i = 0; i < ports.active().size(); i++) {
      Range range = ports.active().get(i);
      range.current = kept(context, range, range.current, now);
      range.spare = kept(context, range, range.spare, now);
      if (range.current == null && range.spare != null) {
        range.current = range.spare;
        range.spare = null;
      }
      if (range.isLow() && mayLook(context, range, now)) {
        acquire(context, range, now);
      }
    }
  }

  /** Gives all blocks back. */
  void close(NfContext context) {
    for (Range range : ports.active()) {
      release(context, range, range.current);
      release(context, range, range.spare);
      range.current = null;
      range.spare = null;
    }
  }

  private @Nullable PortBlock kept(
      NfContext context, Range range, @Nullable PortBlock block, long now) {
    if (block == null) {
      return null;
    }
    if (block.free() == 0) {
      release(context, range, block);
      return null;
    }
    long left = block.leaseEndMillis() - now;
    if (left > config.leaseMillis() / 2) {
      return block;
    }
    if (!block.clearTouched() && !range.wanted) {
      release(context, range, block);
      return null;
    }
    return lease(context, range, block, now) || left > 0 ? block : null;
  }

  private static boolean mayLook(NfContext context, Range range, long now) {
    return !range.exhausted
        || (context.nowNanos() - range.exhaustedAtNanos >= EXHAUSTED_NANOS
            && now - range.exhaustedAtMillis >= EXHAUSTED_MILLIS);
  }

  /** Looks for a block with free ports, beginning anywhere, and leases it. */
  private void acquire(NfContext context, Range range, long now) {
    int blocks = config.blocks();
    int start = ports.random(blocks);
    for (int done = 0; done < blocks; done += BLOCK_READS) {
      int count = Math.min(BLOCK_READS, blocks - done);
      ReadBatch batch = readBlocks(context.session(), range, context, start + done, count);
      if (batch.outcome(0) == Outcome.UNAVAILABLE) {
        break; // one timeout is enough
      }
      for (int slot = 0; slot < count; slot++) {
        int number = (start + done + slot) % blocks;
        if (isFree(context, batch, slot, now)
            && !isHeld(range, number)
            && !wasFull(range, number, context.nowNanos())
            && take(context, range, number, batch.version(slot), now)) {
          range.wanted = false;
          range.exhausted = false;
          return;
        }
      }
    }
    range.exhausted = range.current == null;
    range.exhaustedAtNanos = context.nowNanos();
    range.exhaustedAtMillis = now;
  }

  private boolean take(NfContext context, Range range, int number, long version, long now) {
    PortBlock block = new PortBlock(number, config.firstPortOf(number), config.portsOf(number));
    survey.look(context, range, block);
    if (block.free() == 0) {
      markFull(range, number, context.nowNanos());
      return false;
    }
    block.leased(version, 0);
    if (!lease(context, range, block, now)) {
      return false;
    }
    if (range.current == null) {
      range.current = block;
    } else {
      range.spare = block;
    }
    return true;
  }

  private ReadBatch readBlocks(
      StoreSession session, Range range, NfContext context, int first, int count) {
    ReadBatch batch = reads;
    if (batch == null) {
      batch = session.newReadBatch(BLOCK_READS);
      reads = batch;
    }
    batch.clear();
    for (int i = 0; i < count; i++) {
      int number = (first + i) % config.blocks();
      BlockRecord.writeKey(scratch, 0, range.protocol, range.address, number);
      batch.add(context.table(tables.blocks), scratch, 0, BlockRecord.KEY_LENGTH);
    }
    session.execute(batch);
    return batch;
  }

  /** Whether nobody holds the block that a slot read, or we do by a lease we did not hear of. */
  private static boolean isFree(NfContext context, ReadBatch batch, int slot, long now) {
    return switch (batch.outcome(slot)) {
      case ABSENT -> true;
      case OK -> {
        MemorySegment memory = batch.memory();
        long at = batch.valueOffset(slot);
        yield BlockRecord.leaseEndMillis(memory, at) <= now
            || BlockRecord.owner(memory, at) == context.ownerId();
      }
      default -> false;
    };
  }

  private static boolean isHeld(Range range, int number) {
    PortBlock current = range.current;
    PortBlock spare = range.spare;
    return (current != null && current.number() == number)
        || (spare != null && spare.number() == number);
  }

  private static boolean wasFull(Range range, int number, long nowNanos) {
    long[] fullSince = range.fullSince;
    return fullSince != null && fullSince[number] != 0 && nowNanos - fullSince[number] < FULL_NANOS;
  }

  private void markFull(Range range, int number, long nowNanos) {
    long[] fullSince = range.fullSince;
    if (fullSince == null) {
      fullSince = new long[config.blocks()];
      range.fullSince = fullSince;
    }
    fullSince[number] = nowNanos;
  }

  /** Writes the lease, on the condition that the block's record is still as it was. */
  private boolean lease(NfContext context, Range range, PortBlock block, long now) {
    long end = now + config.leaseMillis();
    WriteBatch batch = writeBatch(context.session());
    BlockRecord.writeKey(scratch, 0, range.protocol, range.address, block.number());
    BlockRecord.write(scratch, 8, context.ownerId(), end);
    batch.putIfVersion(
        context.table(tables.blocks),
        scratch,
        0,
        BlockRecord.KEY_LENGTH,
        scratch,
        8,
        BlockRecord.LENGTH,
        block.version());
    context.session().execute(batch);
    if (batch.outcome(0) == Outcome.OK) {
      block.leased(batch.version(0), end);
      return true;
    }
    return false;
  }

  private void release(NfContext context, Range range, @Nullable PortBlock block) {
    if (block == null) {
      return;
    }
    WriteBatch batch = writeBatch(context.session());
    BlockRecord.writeKey(scratch, 0, range.protocol, range.address, block.number());
    batch.removeIfVersion(
        context.table(tables.blocks), scratch, 0, BlockRecord.KEY_LENGTH, block.version());
    context.session().execute(batch);
  }

  private WriteBatch writeBatch(StoreSession session) {
    WriteBatch batch = writes;
    if (batch == null) {
      batch = session.newWriteBatch(1);
      writes = batch;
    }
    batch.clear();
    return batch;
  }
}

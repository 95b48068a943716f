package org.statelessnf.store.local.chronicle;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;
import org.statelessnf.store.StoreUri;

/**
 * Stops in the midst of an operation of each kind, holding the locks, each on a thread of its own,
 * until the process is killed.
 */
public final class HoldTask implements WorkerTask {

  /** Where an operation stops. Its key must be in a segment of its own. */
  enum Stage {
    READING,
    LOCKED,
    DECLARED,
    TORN,
    REPLACED,
    GROWN,
    INSERT_DECLARED,
    INSERTED,
    REMOVE_DECLARED,
    REMOVED,
    SETTLED;

    byte[] key(int variant) {
      return Held.bytes(name() + "/" + variant);
    }
  }

  /** For the worker process. */
  public HoldTask() {}

  @Override
  public void run(WorkerContext context) throws Exception {
    Space space = Space.open(StoreUri.parse(context.store().uri()));
    int table = ((ChronicleTable) context.store().table(Held.SPEC)).number();
    CountDownLatch holding = new CountDownLatch(Stage.values().length);
    for (Stage stage : Stage.values()) {
      int variant = context.number(stage.name());
      Thread thread =
          new Thread(() -> hold(space, table, stage, variant, holding), "hold-" + stage);
      thread.setDaemon(true);
      thread.start();
    }
    holding.await();
    context.send("holding");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void hold(
      Space space, int table, Stage stage, int variant, CountDownLatch holding) {
    SessionSlot slot = space.takeSlot();
    slot.enter(System.nanoTime());
    byte[] key = stage.key(variant);
    slot.key(table, MemorySegment.ofArray(key), 0, key.length);
    try (ExternalMapQueryContext<byte[], byte[], ?> context = space.map().query(slot.key())) {
      if (stage == Stage.READING) {
        context.readLock().lock();
      } else {
        context.writeLock().lock();
      }
      go(slot, context, stage, space.control().takeVersions(1));
      holding.countDown();
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void go(
      SessionSlot slot,
      ExternalMapQueryContext<byte[], byte[], ?> context,
      Stage stage,
      long version) {
    if (stage.compareTo(Stage.LOCKED) <= 0) {
      return;
    }
    byte[] value = stage == Stage.GROWN ? Held.GROWN : Held.NEW;
    slot.record(version, RecordLayout.NEVER, MemorySegment.ofArray(value), 0, value.length);
    boolean remove = stage == Stage.REMOVE_DECLARED || stage == Stage.REMOVED;
    slot.intend(remove ? SessionSlot.REMOVE : SessionSlot.PUT);
    MapEntry<byte[], byte[]> entry = context.entry();
    switch (stage) {
      case TORN -> {
        long at = RecordMap.address(Objects.requireNonNull(entry).value());
        OffHeap.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, at, version);
        OffHeap.ALL.asSlice(at + RecordLayout.VALUE, Held.OLD.length / 2).fill((byte) 'x');
      }
      case REPLACED, GROWN, SETTLED -> Objects.requireNonNull(entry).doReplaceValue(slot.record());
      case INSERTED -> Objects.requireNonNull(context.absentEntry()).doInsert(slot.record());
      case REMOVED -> Objects.requireNonNull(entry).doRemove();
      default -> {}
    }
    if (stage == Stage.SETTLED) {
      context.writeLock().unlock(); // stores the checksum
      slot.settle();
    }
  }
}

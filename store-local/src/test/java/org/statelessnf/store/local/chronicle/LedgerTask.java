package org.statelessnf.store.local.chronicle;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * Writes its own keys with values of all lengths, removes them now and then, and keeps a ledger of
 * what was acknowledged, in a mapped file that outlives it. Every step of a key has a number; the
 * key's record is then the one of the last step in the ledger or of the one after it.
 */
public final class LedgerTask implements WorkerTask {
  static final TableSpec SPEC = TableSpec.of("ledger", 32, 4096);
  static final int KEYS = 200;
  static final int LEDGER_BYTES = KEYS * Long.BYTES;

  private static final int BATCH = 16;
  private static final int REMOVE_EVERY = 7;

  /** For the worker process. */
  public LedgerTask() {}

  static byte[] key(int writer, int number) {
    return Held.bytes(writer + "/" + number);
  }

  /** The value of a step, or null if that step removes the record. */
  static byte @Nullable [] value(int writer, int number, long step) {
    if (step == 0 || step % REMOVE_EVERY == 0) {
      return null;
    }
    SplittableRandom random = new SplittableRandom(writer * 31L + number * 1009L + step * 65_537L);
    byte[] bytes = new byte[random.nextInt(random.nextInt(8) == 0 ? 4096 : 200)];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  @SuppressWarnings("restricted")
  public void run(WorkerContext context) throws Exception {
    int writer = context.index();
    StateStore store = context.store();
    Table table = store.table(SPEC);
    SplittableRandom random = new SplittableRandom(context.number("seed") + writer);
    try (FileChannel channel =
            FileChannel.open(
                Path.of(context.argument("ledgers"), "ledger" + writer),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined();
        StoreSession session = store.openSession()) {
      MemorySegment ledger = channel.map(FileChannel.MapMode.READ_WRITE, 0, LEDGER_BYTES, arena);
      WriteBatch batch = session.newWriteBatch(BATCH);
      context.send("writing");
      while (!context.hasReceived()) {
        write(table, session, batch, ledger, writer, random.nextInt(KEYS));
      }
      context.send("done");
    }
  }

  private static void write(
      Table table,
      StoreSession session,
      WriteBatch batch,
      MemorySegment ledger,
      int writer,
      int at) {
    batch.clear();
    for (int i = 0; i < BATCH; i++) {
      int number = (at + i) % KEYS;
      byte[] key = key(writer, number);
      byte[] value = value(writer, number, 1 + ledger.get(ValueLayout.JAVA_LONG, number * 8L));
      MemorySegment keySegment = MemorySegment.ofArray(key);
      if (value == null) {
        batch.remove(table, keySegment, 0, key.length);
      } else {
        batch.put(table, keySegment, 0, key.length, MemorySegment.ofArray(value), 0, value.length);
      }
    }
    session.execute(batch);
    for (int i = 0; i < BATCH; i++) {
      Outcome outcome = batch.outcome(i);
      if (outcome == Outcome.OK || outcome == Outcome.ABSENT) {
        long entry = (at + i) % KEYS * 8L;
        ledger.set(ValueLayout.JAVA_LONG, entry, 1 + ledger.get(ValueLayout.JAVA_LONG, entry));
      } else {
        throw new IllegalStateException("slot " + i + ": " + outcome);
      }
    }
  }
}

package org.statelessnf.conformance.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Feature;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.TableSpec;

/** What the tests of one class share: the fixture and, lazily, one handle of the store. */
final class KitRun implements AutoCloseable {
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final KitOptions options;
  private final StoreFixture fixture;
  private final String prefix;
  private final AtomicInteger names = new AtomicInteger();
  private final List<TableSpec> tables = Collections.synchronizedList(new ArrayList<>());
  private @Nullable StateStore shared;
  private volatile int hangs;

  KitRun(KitOptions options, StoreFixture fixture) {
    this.options = options;
    this.fixture = fixture;
    // Not from the seed: two runs on one store must not meet, even with the same seed.
    this.prefix = "c" + Long.toString(System.nanoTime() ^ ProcessHandle.current().pid() << 40, 36);
  }

  KitOptions options() {
    return options;
  }

  StoreFixture fixture() {
    return fixture;
  }

  double scale() {
    Double set = options.scale();
    return set == null ? fixture.scale() : set;
  }

  /** A name that nothing else in this store has. */
  String uniqueName(String suffix) {
    return prefix.replace('-', 'm') + "." + names.incrementAndGet() + "." + suffix;
  }

  synchronized StateStore store() {
    if (shared == null) {
      shared = open();
    }
    return shared;
  }

  StateStore open() {
    try {
      return fixture.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void closeShared() {
    if (shared != null) {
      StateStore store = shared;
      shared = null;
      store.close();
    }
  }

  /** Tests that hung so far. */
  int hangs() {
    return hangs;
  }

  /** Notes a hang, and lets go of the handle that the hung test may still be using. */
  synchronized void hung() {
    hangs++;
    StateStore store = shared;
    shared = null;
    if (store != null) {
      Thread closer = new Thread(store::close, "kit-closer");
      closer.setDaemon(true);
      closer.setUncaughtExceptionHandler((thread, failure) -> {});
      closer.start();
    }
  }

  void used(TableSpec spec) {
    tables.add(spec);
  }

  @Override
  public void close() throws IOException {
    try {
      sweep();
      closeShared();
    } finally {
      fixture.close();
    }
  }

  /** Removes what the tests left in a store that outlives them, as far as time allows. */
  private void sweep() {
    if (tables.isEmpty()) {
      return;
    }
    try {
      StateStore store = store();
      if (store.capabilities().scope() == Scope.PROCESS
          || !store.capabilities().has(Feature.SCAN)) {
        return;
      }
      long end = System.nanoTime() + SWEEP_NANOS;
      try (Client client = new Client(store)) {
        for (TableSpec spec : tables) {
          sweep(client, store, spec, end);
        }
      }
    } catch (RuntimeException | AssertionError e) {
      // A courtesy; what is wrong with the store is told by the rules.
    }
  }

  private static void sweep(Client client, StateStore store, TableSpec spec, long end) {
    var table = store.table(spec);
    List<byte[]> keys = new ArrayList<>();
    try (ScanCursor cursor = client.session().scan(table)) {
      while (cursor.next() && System.nanoTime() - end < 0) {
        keys.add(cursor.key());
      }
    }
    for (byte[] key : keys) {
      if (System.nanoTime() - end >= 0) {
        return;
      }
      client.remove(table, key);
    }
  }
}

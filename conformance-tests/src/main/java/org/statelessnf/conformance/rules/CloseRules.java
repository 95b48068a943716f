package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/** Rule C, closing. Beyond these, every test of the kit checks that it left nothing behind. */
public interface CloseRules {

  @Rule(
      id = "C01",
      text = "The store counts its open sessions; a closed session is not counted any more.",
      lookAt = "where sessions are registered and forgotten")
  default void required_c01_closedSessionIsNotCounted(Kit kit) {
    StateStore store = kit.store();
    assertEquals(0, store.openSessions());
    StoreSession one = store.openSession();
    StoreSession two = store.openSession();
    assertEquals(2, store.openSessions());
    one.close();
    assertTrue(one.isClosed());
    assertFalse(two.isClosed());
    assertEquals(1, store.openSessions());
    one.close();
    assertEquals(1, store.openSessions(), "closed twice");
    two.close();
    assertEquals(0, store.openSessions());
  }

  @Rule(
      id = "C02",
      text = "A closed session refuses work, and other sessions go on.",
      lookAt = "checks at the start of submit and poll; resources shared by sessions")
  default void required_c02_closedSessionRefusesWork(Kit kit) {
    Table table = kit.table();
    Client other = kit.client();
    other.put(table, bytes("k"), bytes("v")).ok();
    StoreSession session = kit.store().openSession();
    WriteBatch batch = session.newWriteBatch(1);
    Slots.put(batch, table, bytes("k"), bytes("w"));
    session.close();
    assertThrows(IllegalStateException.class, () -> session.submit(batch));
    assertThrows(IllegalStateException.class, session::poll);
    assertThrows(IllegalStateException.class, () -> session.newReadBatch(1));
    other.read(table, bytes("k")).ok().hasValue(bytes("v"));
  }

  @Rule(
      id = "C03",
      text = "Closing the store closes its sessions; it refuses work from then on. Twice is fine.",
      lookAt = "StateStore.close")
  default void required_c03_closedStoreRefusesWork(Kit kit) {
    StateStore store = kit.openStore();
    Table table = store.table(TableSpec.of(kit.name("t"), 16, 64));
    Client client = kit.client(store);
    client.put(table, bytes("k"), bytes("v")).ok();
    store.close();
    assertTrue(client.session().isClosed());
    assertEquals(0, store.openSessions());
    assertThrows(IllegalStateException.class, store::openSession);
    assertThrows(
        IllegalStateException.class, () -> store.table(TableSpec.of(kit.name("t"), 16, 64)));
    assertThrows(IllegalStateException.class, client.session()::poll);
    store.close();
  }

  @Rule(
      id = "C04",
      text = "Closing with batches in flight abandons them and returns.",
      lookAt = "replies that arrive for a batch whose memory is gone")
  default void required_c04_closeAbandonsWorkInFlight(Kit kit) {
    Table table = kit.table(16, 4096);
    for (int round = 0; round < 30; round++) {
      StoreSession session = kit.store().openSession();
      int depth = Math.min(kit.capabilities().maxInFlight(), 8);
      for (int i = 0; i < depth; i++) {
        WriteBatch batch = session.newWriteBatch(64);
        for (int slot = 0; slot < 64; slot++) {
          Slots.put(batch, table, bytes("k" + slot), new byte[1024]);
        }
        session.submit(batch);
      }
      session.close();
      assertEquals(0, kit.store().openSessions());
    }
    Client client = kit.client();
    client.put(table, bytes("after"), bytes("v")).ok();
    client.read(table, bytes("after")).ok();
  }

  @Rule(
      id = "C05",
      text = "A closed store leaves no thread behind that keeps the process alive.",
      lookAt = "executors and event loops that are not shut down")
  default void required_c05_closeLeavesNoThreadBehind(Kit kit) {
    kit.openStore().close(); // threads of a library that are made once are not meant
    Set<Thread> before = nonDaemons();
    for (int round = 0; round < 3; round++) {
      StateStore store = kit.openStore();
      try (Client client = new Client(store)) {
        Table table = store.table(TableSpec.of(kit.name("t"), 16, 64));
        client.put(table, bytes("k"), bytes("v")).ok();
      }
      store.close();
    }
    Set<Thread> left = nonDaemons();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!before.containsAll(left) && System.nanoTime() < end) {
      Kit.sleep(50);
      left = nonDaemons();
    }
    left.removeAll(before);
    assertEquals(Set.of(), left, "threads that keep the process alive");
  }

  private static Set<Thread> nonDaemons() {
    Set<Thread> found = new HashSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.isAlive() && !thread.isDaemon()) {
        found.add(thread);
      }
    }
    return found;
  }

  @Rule(
      id = "C06",
      text = "A session may be opened by one thread and handed to another.",
      lookAt = "state bound to the opening thread")
  default void required_c06_sessionMayBeHandedOver(Kit kit) throws Exception {
    Table table = kit.table();
    Client client = kit.client();
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                client.put(table, bytes("k"), bytes("v")).ok();
                client.read(table, bytes("k")).ok().hasValue(bytes("v"));
                client.close();
              } catch (Throwable e) {
                failure[0] = e;
              }
            },
            "kit-handed-over");
    thread.start();
    thread.join();
    if (failure[0] != null) {
      throw new AssertionError(failure[0]);
    }
    assertTrue(client.session().isClosed());
  }
}

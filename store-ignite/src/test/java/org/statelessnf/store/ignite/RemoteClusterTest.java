package org.statelessnf.store.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.statelessnf.conformance.process.Ports;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** Clients of two servers of which one is lost and comes back. */
class RemoteClusterTest {
  private static final int RECORDS = 200;
  private static final TableSpec FLOWS = TableSpec.of("flows", 16, 64);

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void shouldGoOnWhenOneOfTwoServersIsLostAndComesBack() throws IOException, InterruptedException {
    int port = Ports.free();
    String server = Nodes.uri(port, "memory=32m&clientPort=" + (port + 50));
    String both =
        "ignite://127.0.0.1:%d,127.0.0.1:%d?".formatted(port + 50, port + 51) + Nodes.PATIENT;
    try (StateStore first = Stores.open(server)) {
      assertThat(first.capabilities().durability()).isEqualTo(Durability.NONE);
      Set<String> before = Nodes.names();
      try (StateStore second = Stores.open(server)) {
        Set<String> lost = Nodes.names();
        lost.removeAll(before);
        Nodes.awaitTwoOwners(second);
        try (StateStore client = Stores.open(both);
            StoreSession session = client.openSession()) {
          assertThat(client.capabilities().durability()).isEqualTo(Durability.NODE_CRASH);
          Table table = client.table(FLOWS);
          Map<Integer, Long> versions = new HashMap<>();
          for (int i = 0; i < RECORDS; i++) {
            SingleKey.Result written = session.single().put(table, Nodes.key(i), new byte[i % 64]);
            assertThat(written.outcome()).isEqualTo(Outcome.OK);
            versions.put(i, written.version());
          }
          assertThat(owners(client, table)).hasSize(2);

          Ignition.stop(lost.iterator().next(), true);

          for (int i = 0; i < RECORDS; i++) {
            SingleKey.Result read = read(session, table, i);
            assertThat(read.outcome()).as("record %d", i).isEqualTo(Outcome.OK);
            assertThat(read.version()).isEqualTo(versions.get(i));
          }
          // The node comes back, and the client finds it: keys that it owns are refused elsewhere.
          while (owners(client, table).size() < 2) {
            for (int i = 0; i < RECORDS; i++) {
              update(session, table, i);
            }
          }
        }
      }
    }
  }

  private static SingleKey.Result read(StoreSession session, Table table, int number)
      throws InterruptedException {
    SingleKey.Result read = session.single().read(table, Nodes.key(number));
    while (read.outcome() == Outcome.UNAVAILABLE) {
      Thread.sleep(20); // the client has to find out who owns the key by now
      read = session.single().read(table, Nodes.key(number));
    }
    return read;
  }

  /** Writes by the version that is there; what has no certain outcome shows when it is read. */
  private static void update(StoreSession session, Table table, int number)
      throws InterruptedException {
    long version = read(session, table, number).version();
    assertThat(version).as("record %d", number).isNotZero();
    Outcome outcome =
        session.single().putIfVersion(table, Nodes.key(number), new byte[8], version).outcome();
    assertThat(outcome).isIn(Outcome.OK, Outcome.UNAVAILABLE, Outcome.UNKNOWN);
  }

  private static Set<StateStore.Placement> owners(StateStore store, Table table) {
    Set<StateStore.Placement> owners = new HashSet<>();
    for (int i = 0; i < RECORDS; i++) {
      owners.add(store.placement(table, Nodes.key(i)));
    }
    return owners;
  }
}

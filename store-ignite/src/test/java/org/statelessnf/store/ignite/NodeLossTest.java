package org.statelessnf.store.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
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

/** A node that the cluster has given up stops; its store gets another one, and nothing is lost. */
class NodeLossTest {
  private static final int RECORDS = 300;
  private static final TableSpec FLOWS = TableSpec.of("flows", 16, 64);

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void shouldJoinAgainAndLoseNothing() throws IOException, InterruptedException {
    String uri = Nodes.uri(Ports.free(), "memory=32m");
    try (StateStore stays = Stores.open(uri)) {
      Set<String> before = Nodes.names();
      try (StateStore suffers = Stores.open(uri)) {
        assertThat(stays.capabilities().durability()).isEqualTo(Durability.NONE);
        assertThat(suffers.capabilities().durability()).isEqualTo(Durability.NODE_CRASH);
        Map<Integer, Long> versions = write(stays);
        Nodes.awaitTwoOwners(suffers);

        Set<String> stopped = Nodes.names();
        stopped.removeAll(before);
        assertThat(stopped).hasSize(1);
        Ignition.stop(stopped.iterator().next(), true);

        check(suffers, versions);
        check(stays, versions);
        write(suffers);
        Nodes.awaitTwoOwners(suffers);
      }
    }
  }

  private static Map<Integer, Long> write(StateStore store) {
    Map<Integer, Long> versions = new HashMap<>();
    try (StoreSession session = store.openSession()) {
      Table table = store.table(FLOWS);
      for (int i = 0; i < RECORDS; i++) {
        SingleKey.Result result = session.single().put(table, Nodes.key(i), new byte[i % 64]);
        assertThat(result.outcome()).isEqualTo(Outcome.OK);
        versions.put(i, result.version());
      }
    }
    return versions;
  }

  /** Every record is there; while the node is away, reads may be refused. */
  private static void check(StateStore store, Map<Integer, Long> versions)
      throws InterruptedException {
    try (StoreSession session = store.openSession()) {
      Table table = store.table(FLOWS);
      for (int i = 0; i < RECORDS; i++) {
        SingleKey.Result result = session.single().read(table, Nodes.key(i));
        while (result.outcome() == Outcome.UNAVAILABLE) {
          Thread.sleep(20);
          result = session.single().read(table, Nodes.key(i));
        }
        assertThat(result.outcome()).as("record %d", i).isEqualTo(Outcome.OK);
        assertThat(result.version()).isEqualTo(versions.get(i));
        assertThat(result.value()).hasSize(i % 64);
      }
    }
  }
}

package org.statelessnf.store.ignite;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** The nodes in this JVM. */
final class Nodes {
  /** Options for any store of a test: no deadline that a busy machine could miss. */
  static final String PATIENT = "timeout=60s&connectTimeout=60s";

  private static final int KEYS = 300;
  private static final TableSpec ANY = TableSpec.of("any", 16, 8);

  private Nodes() {}

  /** A node that is not given up because it is slow. */
  static String uri(int port, String options) {
    return "ignite:embedded?port=%d&failureTimeout=60s&%s&%s".formatted(port, PATIENT, options);
  }

  static Set<String> names() {
    Set<String> names = new HashSet<>();
    for (Ignite ignite : Ignition.allGrids()) {
      names.add(String.valueOf(ignite.name()));
    }
    return names;
  }

  /** Keys move to a new node a moment after it has their copies. */
  static void awaitTwoOwners(StateStore store) throws InterruptedException {
    Table table = store.table(ANY);
    int owners = 0;
    while (owners != 2) {
      Set<StateStore.Placement> seen = new HashSet<>();
      for (int i = 0; i < KEYS; i++) {
        seen.add(store.placement(table, key(i)));
      }
      owners = seen.size();
      Thread.sleep(20);
    }
  }

  static byte[] key(int number) {
    return new byte[] {(byte) number, (byte) (number >> 8)};
  }

  static MemorySegment segment(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
  }
}

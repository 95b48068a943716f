package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.Feature;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/** Rule S, scans. */
public interface ScanRules {

  @Rule(
      id = "S01",
      text = "A scan shows every record of its table with key, value and version, and no other.",
      lookAt = "how the backend's keys are taken apart; the end of a page",
      needs = Feature.SCAN)
  default void optional_s01_scanShowsEveryRecord(Kit kit) {
    Client client = kit.client();
    TableSpec spec = TableSpec.of(kit.name("s"), 64, 64);
    Table table = kit.table(spec);
    Table neighbour = kit.table(TableSpec.of(spec.name() + "x", 64, 64));
    Table tenant = kit.table(spec.inNamespace("tenant-1"));
    client.put(neighbour, bytes("not this"), bytes("v")).ok();
    client.put(tenant, bytes("nor this"), bytes("v")).ok();
    try (ScanCursor cursor = client.session().scan(table)) {
      assertFalse(cursor.next(), "a scan of an empty table");
    }
    Map<String, Long> expected = new HashMap<>();
    for (byte[] key : Samples.awkwardKeys()) {
      long version = client.put(table, key, key).ok().version();
      expected.put(text(key), version);
    }
    client.put(table, bytes("removed"), bytes("v")).ok();
    client.remove(table, bytes("removed")).ok();
    Map<String, Long> seen = new HashMap<>();
    try (ScanCursor cursor = client.session().scan(table)) {
      while (cursor.next()) {
        assertArrayEquals(cursor.key(), cursor.value(), "value of " + Answer.show(cursor.key()));
        seen.put(text(cursor.key()), cursor.version());
      }
    }
    assertEquals(expected, seen);
  }

  @Rule(
      id = "S02",
      text = "A scan of many records shows each at least once.",
      lookAt = "paging",
      needs = Feature.SCAN)
  default void optional_s02_scanOfManyRecords(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(32, 64);
    int count = Math.max(300, kit.scaled(20_000));
    fill(client, table, count);
    Set<String> seen = new HashSet<>();
    int shown = 0;
    try (ScanCursor cursor = client.session().scan(table)) {
      while (cursor.next()) {
        seen.add(text(cursor.key()));
        shown++;
      }
    }
    assertEquals(count, seen.size());
    kit.report("shown more than once", shown - count);
  }

  @Rule(
      id = "S03",
      text = "Under writes and removes a scan shows all that stayed, and nothing that never was.",
      lookAt = "cursors over structures that change; half-written records",
      needs = Feature.SCAN)
  default void stochastic_s03_scanUnderWritesShowsWhatStayed(Kit kit) {
    Table table = kit.table(32, 64);
    int count = Math.max(200, kit.scaled(4000));
    fill(kit.client(), table, count);
    AtomicBoolean scanned = new AtomicBoolean();
    kit.parallel(
        3,
        (index, client) -> {
          if (index == 0) {
            try {
              for (int round = 0; round < 10; round++) {
                scanOnce(client, table, count);
              }
            } finally {
              scanned.set(true);
            }
            return;
          }
          for (int i = 0; !scanned.get(); i++) {
            byte[] key = bytes("moving " + index + "/" + i % 500);
            client.put(table, key, key).ok();
            if (i % 2 == 0) {
              client.remove(table, key).ok();
            }
          }
        });
  }

  private static void scanOnce(Client client, Table table, int count) {
    Set<String> stayed = new HashSet<>();
    try (ScanCursor cursor = client.session().scan(table)) {
      while (cursor.next()) {
        assertArrayEquals(cursor.key(), cursor.value(), "value of " + Answer.show(cursor.key()));
        assertTrue(cursor.version() != 0, "version 0 of " + Answer.show(cursor.key()));
        String key = text(cursor.key());
        if (key.startsWith("k")) {
          stayed.add(key);
        }
      }
    }
    assertEquals(count, stayed.size(), "records that were there throughout");
  }

  @Rule(
      id = "S04",
      text = "A session works while it scans, and a scan may be left half-way.",
      lookAt = "connections or locks that an open cursor keeps",
      needs = Feature.SCAN)
  default void optional_s04_sessionWorksWhileItScans(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(32, 64);
    fill(client, table, 500);
    ScanCursor left = client.session().scan(table);
    assertTrue(left.next());
    assertTrue(left.next());
    left.close();
    int shown = 0;
    try (ScanCursor outer = client.session().scan(table)) {
      while (outer.next()) {
        client.read(table, outer.key()).ok().hasVersion(outer.version()).hasValue(outer.value());
        if (shown++ == 250) {
          try (ScanCursor inner = client.session().scan(table)) {
            assertTrue(inner.next());
          }
        }
      }
    }
    assertTrue(shown >= 500, "records shown: " + shown);
    assertEquals(0, client.session().inFlight());
  }

  @Rule(
      id = "S05",
      text = "A scan is refused where SCAN is not declared.",
      lookAt = "the declared capabilities",
      undeclared = Feature.SCAN)
  default void required_s05_undeclaredScanIsRefused(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    assertThrows(UnsupportedOperationException.class, () -> client.session().scan(table));
  }

  private static void fill(Client client, Table table, int count) {
    WriteBatch batch = client.session().newWriteBatch(256);
    for (int i = 0; i < count; i++) {
      Slots.put(batch, table, bytes("k" + i), bytes("k" + i));
      if (batch.isFull() || i + 1 == count) {
        client.run(batch);
        for (int slot = 0; slot < batch.size(); slot++) {
          Client.answer(batch, slot).ok();
        }
        batch.clear();
      }
    }
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.ISO_8859_1);
  }
}

package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;
import static org.statelessnf.conformance.rules.Watch.watch;
import static org.statelessnf.conformance.rules.Watch.write;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** Rule E, idle time-to-live. */
public interface ExpiryRules {
  /** Time-to-live of most records here, in milliseconds. */
  long TTL = 400;

  /** How late a record may go, in milliseconds. */
  long LATE = 1000;

  @Rule(
      id = "E01",
      text = "A record goes when its time-to-live has passed: never early, at most 1 s late.",
      lookAt = "units, rounding, and whose clock it is",
      needs = Feature.IDLE_TTL)
  default void optional_e01_recordGoesWhenItsTimeHasPassed(Kit kit) {
    Client client = kit.client();
    Table table = table(kit, TTL);
    List<Watch.Written> written = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      byte[] key = bytes("k" + i);
      written.add(write(() -> client.put(table, key, bytes("v")), key, TTL));
      Kit.sleep(20);
    }
    Kit.sleep(TTL - 200);
    for (Watch.Written one : written) {
      watch(client, table, one, LATE);
    }
  }

  @Rule(
      id = "E02",
      text = "Reads do not refresh a record's time-to-live.",
      lookAt = "stores whose own time-to-live counts from the last access",
      needs = Feature.IDLE_TTL)
  default void optional_e02_readsDoNotRefresh(Kit kit) {
    Client client = kit.client();
    Table table = table(kit, TTL);
    byte[] key = bytes("k");
    // Watching is reading, all the time.
    watch(client, table, write(() -> client.put(table, key, bytes("v")), key, TTL), LATE);
  }

  @Rule(
      id = "E03",
      text = "Every successful write refreshes it; one that is rejected does not.",
      lookAt = "conditional writes that keep the old expiry; writes that set it before they check",
      needs = Feature.IDLE_TTL)
  default void optional_e03_writesRefresh(Kit kit) {
    Client client = kit.client();
    Table table = table(kit, TTL);
    byte[] key = bytes("k");
    byte[] other = bytes("other");
    long[] current = new long[1];
    Watch.Written untouched =
        write(
            () -> {
              Answer put = client.put(table, other, bytes("v"));
              current[0] = put.version();
              return put;
            },
            other,
            TTL);
    Watch.Written last = write(() -> client.put(table, key, bytes("0")), key, TTL);
    for (int i = 0; i < 4; i++) {
      Kit.sleep(TTL / 2);
      Answer found = client.read(table, key);
      if (!last.mayBeGone()) {
        found.ok();
      }
      long version = found.version();
      if (version == 0) {
        throw kit.skip("the machine was too slow to read within half a time-to-live");
      }
      last = refresh(kit, last, () -> client.putIfVersion(table, key, bytes("v"), version));
      // Versions are unique per key: another key's version may be this one's.
      Answer rejected = client.putIfVersion(table, other, bytes("x"), ~current[0]);
      rejected.is(Outcome.MISMATCH);
    }
    watch(client, table, last, LATE);
    watch(client, table, untouched, LATE);
  }

  /** Writes a record again before it expires; if that may have been too late, nothing is known. */
  private static Watch.Written refresh(Kit kit, Watch.Written last, Supplier<Answer> again) {
    try {
      return write(again, last.key(), TTL);
    } catch (AssertionError e) {
      if (last.mayBeGone()) {
        throw kit.skip("the machine was too slow to write within half a time-to-live");
      }
      throw e;
    }
  }

  @Rule(
      id = "E04",
      text = "A slot's own time-to-live overrides the table's: shorter, longer, or none.",
      lookAt = "WriteBatch.effectiveTtlMillis",
      needs = Feature.IDLE_TTL)
  default void optional_e04_slotOverridesTheTable(Kit kit) {
    Client client = kit.client();
    Table brief = table(kit, TTL);
    Table longer = table(kit, 60_000);
    client.put(brief, bytes("none"), bytes("v"), -1).ok();
    client.put(brief, bytes("long"), bytes("v"), 60_000).ok();
    byte[] key = bytes("short");
    Watch.Written own = write(() -> client.put(longer, key, bytes("v"), TTL), key, TTL);
    client.put(longer, bytes("default"), bytes("v")).ok();
    watch(client, longer, own, LATE);
    Kit.sleep(LATE);
    client.read(brief, bytes("none")).ok();
    client.read(brief, bytes("long")).ok();
    client.read(longer, bytes("default")).ok();
  }

  @Rule(
      id = "E05",
      text = "A table without time-to-live keeps its records; a later write ends a slot's own one.",
      lookAt = "expiry that is kept when a record is overwritten",
      needs = Feature.IDLE_TTL)
  default void optional_e05_writeWithoutTimeToLiveEndsIt(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    client.put(table, bytes("stays"), bytes("v")).ok();
    client.put(table, bytes("kept"), bytes("v"), TTL).ok();
    long kept = client.put(table, bytes("kept"), bytes("w")).ok().version();
    byte[] key = bytes("goes");
    watch(client, table, write(() -> client.put(table, key, bytes("v"), TTL), key, TTL), LATE);
    Kit.sleep(LATE);
    client.read(table, bytes("stays")).ok();
    client.read(table, bytes("kept")).ok().hasVersion(kept).hasValue(bytes("w"));
  }

  @Rule(
      id = "E06",
      text =
          "An expired record is absent for every operation, and its version is never used again.",
      lookAt = "operations that look at the record without looking at its expiry",
      needs = Feature.IDLE_TTL)
  default void optional_e06_expiredRecordIsAbsentForAll(Kit kit) {
    Client client = kit.client();
    Table table = table(kit, 200);
    long[] versions = new long[6];
    for (int i = 0; i < versions.length; i++) {
      versions[i] =
          client.put(table, bytes("k" + i), new byte[] {1, 2, 3, 4, 5, 6, 7, 8}).ok().version();
    }
    Kit.sleep(200 + LATE);
    client
        .putIfVersion(table, bytes("k0"), bytes("x"), versions[0])
        .is(Outcome.MISMATCH)
        .hasVersion(0);
    client.remove(table, bytes("k1")).absent();
    Answer gone = client.removeIfVersion(table, bytes("k2"), versions[2]).hasVersion(0);
    assertNotEquals(Outcome.OK, gone.outcome(), "remove if-version of an expired record");
    long created = client.putIfAbsent(table, bytes("k3"), bytes("x")).ok().versioned().version();
    assertNotEquals(versions[3], created, "the version of the record that expired");
    client.putIfVersion(table, bytes("k3"), bytes("y"), versions[3]).is(Outcome.MISMATCH);
    if (kit.has(Feature.INCREMENT)) {
      client.increment(table, bytes("k4"), 1).ok().hasNumber(1);
    }
    client.read(table, bytes("k5")).absent();
  }

  @Rule(
      id = "E07",
      text = "An increment refreshes its record's time-to-live.",
      lookAt = "the store's own increment, which may keep or drop the expiry",
      needs = {Feature.IDLE_TTL, Feature.INCREMENT})
  default void optional_e07_incrementsRefresh(Kit kit) {
    Client client = kit.client();
    Table table = table(kit, TTL);
    byte[] key = bytes("k");
    Watch.Written last = write(() -> client.increment(table, key, 1), key, TTL);
    for (int i = 0; i < 3; i++) {
      Kit.sleep(TTL / 2);
      long expected = i + 2L;
      last = refresh(kit, last, () -> client.increment(table, key, 1).hasNumber(expected));
    }
    watch(client, table, last, LATE);
  }

  @Rule(
      id = "E08",
      text = "A scan does not show records that have expired.",
      lookAt = "the cursor",
      needs = {Feature.IDLE_TTL, Feature.SCAN})
  default void optional_e08_scanDoesNotShowExpiredRecords(Kit kit) {
    Client client = kit.client();
    Table table = table(kit, 200);
    for (int i = 0; i < 50; i++) {
      client.put(table, bytes("k" + i), bytes("v"), i % 2 == 0 ? 0 : 60_000).ok();
    }
    Kit.sleep(200 + LATE);
    int seen = 0;
    try (ScanCursor cursor = client.session().scan(table)) {
      while (cursor.next()) {
        seen++;
      }
    }
    assertEquals(25, seen, "records that a scan shows");
  }

  @Rule(
      id = "E09",
      text = "Many records with many times-to-live, written again now and then: each goes in time.",
      lookAt = "sweeps that take a record which was written again meanwhile",
      needs = Feature.IDLE_TTL)
  default void stochastic_e09_manyRecordsGoInTime(Kit kit) {
    Client client = kit.client();
    Table table = table(kit, 1000);
    List<Watch.Written> all = new ArrayList<>();
    int count = Math.max(50, kit.scaled(2000));
    for (int i = 0; i < count; i++) {
      byte[] key = bytes("k" + i);
      client.put(table, key, bytes("first"), 100L + kit.random().nextInt(300)).ok();
    }
    for (int i = 0; i < count; i++) {
      byte[] key = bytes("k" + i);
      long ttl = 200L + kit.random().nextInt(1200);
      all.add(write(() -> client.put(table, key, bytes("v"), ttl), key, ttl));
    }
    Collections.shuffle(all, kit.random());
    long end = System.nanoTime() + 2_500_000_000L;
    for (int i = 0; System.nanoTime() < end; i = (i + 1) % all.size()) {
      all.get(i).check(client, table, LATE);
    }
    for (Watch.Written one : all) {
      assertTrue(one.mayBeGone(), "the watch ended too soon");
      client.read(table, one.key()).absent();
    }
  }

  @Rule(
      id = "E10",
      text = "A time-to-live is refused where IDLE_TTL is not declared, and nothing is written.",
      lookAt = "the declared capabilities",
      undeclared = Feature.IDLE_TTL)
  default void required_e10_undeclaredTimeToLiveIsUnsupported(Kit kit) {
    Client client = kit.client();
    Table plain = kit.table();
    client.put(plain, bytes("k"), bytes("v"), 1000).is(Outcome.UNSUPPORTED);
    client.read(plain, bytes("k")).absent();
    client.put(plain, bytes("k"), bytes("v"), -1).ok();
    Table table;
    try {
      table = table(kit, TTL);
    } catch (StoreConfigException e) {
      return; // the spec asks for more than is declared
    }
    client.put(table, bytes("k"), bytes("v")).is(Outcome.UNSUPPORTED);
    client.putIfAbsent(table, bytes("k"), bytes("v")).is(Outcome.UNSUPPORTED);
    client.read(table, bytes("k")).absent();
  }

  private static Table table(Kit kit, long ttlMillis) {
    return kit.table(
        TableSpec.of(kit.name("ttl"), 32, 64).withIdleTtl(Duration.ofMillis(ttlMillis)));
  }
}

package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Table;

/** Rule V, versions and conditional writes. */
public interface VersionRules {

  @Rule(
      id = "V01",
      text = "A write answers a version that is not 0, and a read returns that version.",
      lookAt = "where versions come from, and that reads return the stored one")
  default void required_v01_writeAnswersTheVersionThatReadsReturn(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    long put = client.put(table, bytes("a"), bytes("1")).ok().versioned().version();
    client.read(table, bytes("a")).ok().hasVersion(put);
    long created = client.putIfAbsent(table, bytes("b"), bytes("1")).ok().versioned().version();
    client.read(table, bytes("b")).ok().hasVersion(created);
    long changed =
        client.putIfVersion(table, bytes("b"), bytes("2"), created).ok().versioned().version();
    client.read(table, bytes("b")).ok().hasVersion(changed).hasValue(bytes("2"));
  }

  @Rule(
      id = "V02",
      text = "Every successful write changes the version, also one that writes the same value.",
      lookAt = "writes that are skipped because nothing seems to change")
  default void required_v02_everyWriteChangesTheVersion(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    Set<Long> seen = new HashSet<>();
    long version = 0;
    for (int i = 0; i < 300; i++) {
      Answer answer =
          i % 2 == 0
              ? client.put(table, bytes("k"), bytes("same"))
              : client.putIfVersion(table, bytes("k"), bytes("same"), version);
      version = answer.ok().versioned().version();
      assertTrue(seen.add(version), "write " + i + " answered a version used before: " + version);
    }
  }

  @Rule(
      id = "V03",
      text = "A write if-version with a stale version is a MISMATCH that changes nothing.",
      lookAt = "the comparison of versions: is it done at all, and in one step with the write?")
  default void required_v03_ifVersionWriteWithStaleVersionIsRejected(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    long stale = client.put(table, key, bytes("old")).ok().version();
    long current = client.put(table, key, bytes("new")).ok().version();
    client.putIfVersion(table, key, bytes("lost"), stale).is(Outcome.MISMATCH).hasVersion(current);
    client.read(table, key).ok().hasVersion(current).hasValue(bytes("new"));
    client
        .putIfVersion(table, key, bytes("lost"), current + 1)
        .is(Outcome.MISMATCH)
        .hasVersion(current);
    client.read(table, key).ok().hasVersion(current).hasValue(bytes("new"));
  }

  @Rule(
      id = "V04",
      text = "A write if-version with the current version succeeds, again and again.",
      lookAt = "the version that the previous write answered")
  default void required_v04_ifVersionWriteWithCurrentVersionSucceeds(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    long version = client.put(table, key, bytes("0")).ok().version();
    for (int i = 1; i < 50; i++) {
      byte[] value = bytes("v" + i);
      version = client.putIfVersion(table, key, value, version).ok().versioned().version();
      client.read(table, key).ok().hasVersion(version).hasValue(value);
    }
  }

  @Rule(
      id = "V05",
      text =
          "A write if-version on a missing record is a MISMATCH with version 0, nothing created.",
      lookAt = "conditions on a missing key (a reject rule of its own in some stores)")
  default void required_v05_ifVersionWriteOnMissingRecordIsRejected(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    client.putIfVersion(table, key, bytes("v"), 1).is(Outcome.MISMATCH).hasVersion(0);
    client.putIfVersion(table, key, bytes("v"), -1).is(Outcome.MISMATCH).hasVersion(0);
    client.read(table, key).absent();
    long gone = client.put(table, key, bytes("v")).ok().version();
    client.remove(table, key).ok();
    client.putIfVersion(table, key, bytes("v"), gone).is(Outcome.MISMATCH).hasVersion(0);
    client.read(table, key).absent();
  }

  @Rule(
      id = "V06",
      text = "A write if-absent creates; on an existing record it is a MISMATCH with its version.",
      lookAt = "the reply of the store's own put-if-absent: it must tell who won")
  default void required_v06_ifAbsentWriteCreatesOnce(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    long version = client.putIfAbsent(table, key, bytes("first")).ok().versioned().version();
    client.putIfAbsent(table, key, bytes("second")).is(Outcome.MISMATCH).hasVersion(version);
    client.putIfVersion(table, key, bytes("third"), 0).is(Outcome.MISMATCH).hasVersion(version);
    client.read(table, key).ok().hasVersion(version).hasValue(bytes("first"));
    client.remove(table, key).ok();
    client.putIfVersion(table, key, bytes("fourth"), 0).ok().versioned();
  }

  @Rule(id = "V07", text = "An unconditional write creates and overwrites.", lookAt = "put")
  default void required_v07_unconditionalWriteCreatesAndOverwrites(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    long first = client.put(table, key, bytes("a longer first value")).ok().version();
    long second = client.put(table, key, bytes("short")).ok().version();
    assertNotEquals(first, second);
    client.read(table, key).ok().hasVersion(second).hasValue(bytes("short"));
  }

  @Rule(
      id = "V08",
      text = "A remove answers OK with version 0, on a missing record ABSENT.",
      lookAt = "the reply of the store's own delete")
  default void required_v08_removeTellsWhetherThereWasARecord(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    client.remove(table, key).absent();
    client.put(table, key, bytes("v")).ok();
    client.remove(table, key).ok().hasVersion(0);
    client.read(table, key).absent();
    client.remove(table, key).absent();
  }

  @Rule(
      id = "V09",
      text = "A remove if-version removes that version only.",
      lookAt = "the comparison of versions in the conditional remove")
  default void required_v09_ifVersionRemoveRemovesThatVersionOnly(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    long stale = client.put(table, key, bytes("old")).ok().version();
    long current = client.put(table, key, bytes("new")).ok().version();
    client.removeIfVersion(table, key, stale).is(Outcome.MISMATCH).hasVersion(current);
    client.read(table, key).ok().hasVersion(current).hasValue(bytes("new"));
    client.removeIfVersion(table, key, current).ok().hasVersion(0);
    client.read(table, key).absent();
    // On a missing record the condition fails as well as the remove: both answers say so.
    Answer missing = client.removeIfVersion(table, key, current).hasVersion(0);
    assertTrue(
        missing.outcome() == Outcome.MISMATCH || missing.outcome() == Outcome.ABSENT,
        () -> missing.call() + " on a missing record: " + missing);
  }

  @Rule(
      id = "V10",
      text = "A version is never used again for a key, a remove and a new creation included.",
      lookAt = "per-record counters that start again: versions need an epoch or a global source")
  default void required_v10_versionIsNotReusedAfterRemove(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    Set<Long> seen = new HashSet<>();
    long first = 0;
    for (int i = 0; i < Math.max(50, kit.scaled(1000)); i++) {
      long version =
          (i % 3 == 0
                  ? client.put(table, key, bytes("v"))
                  : client.putIfAbsent(table, key, bytes("v")))
              .ok()
              .versioned()
              .version();
      assertTrue(seen.add(version), "creation " + i + " reused version " + version);
      first = first == 0 ? version : first;
      if (i % 5 == 0) {
        long next = client.put(table, key, bytes("w")).ok().version();
        assertTrue(seen.add(next), "overwrite " + i + " reused version " + next);
        version = next;
      }
      (i % 2 == 0 ? client.remove(table, key) : client.removeIfVersion(table, key, version)).ok();
    }
    long last = client.put(table, key, bytes("v")).ok().version();
    client.putIfVersion(table, key, bytes("lost"), first).is(Outcome.MISMATCH).hasVersion(last);
  }

  @Rule(
      id = "V11",
      text = "Versions of increments and writes of the same key are never used twice.",
      lookAt = "where an increment takes its version from",
      needs = Feature.INCREMENT)
  default void optional_v11_versionIsNotReusedByIncrements(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      Answer answer =
          switch (i % 3) {
            case 0 -> client.put(table, key, new byte[8]);
            case 1 -> client.increment(table, key, 1);
            default -> client.increment(table, key, 0);
          };
      long version = answer.ok().versioned().version();
      assertTrue(seen.add(version), answer.call() + " reused version " + version);
      client.read(table, key).ok().hasVersion(version);
      if (i % 7 == 0) {
        client.remove(table, key).ok();
      }
    }
  }

  @Rule(
      id = "V12",
      text = "A mismatch returns the current value, where MISMATCH_VALUE is declared.",
      lookAt = "the value's room in the slot, and that value and version belong together",
      needs = Feature.MISMATCH_VALUE)
  default void optional_v12_mismatchReturnsTheCurrentValue(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("k");
    long stale = client.put(table, key, bytes("old")).ok().version();
    long current = client.put(table, key, bytes("the new value")).ok().version();
    client
        .putIfVersion(table, key, bytes("x"), stale)
        .is(Outcome.MISMATCH)
        .hasVersion(current)
        .hasValue(bytes("the new value"));
    client
        .putIfAbsent(table, key, bytes("x"))
        .is(Outcome.MISMATCH)
        .hasValue(bytes("the new value"));
    client.removeIfVersion(table, key, stale).is(Outcome.MISMATCH).hasValue(bytes("the new value"));
    client.remove(table, key).ok();
    Answer missing = client.putIfVersion(table, key, bytes("x"), current).is(Outcome.MISMATCH);
    assertNull(missing.value(), "a value was returned for a missing record");
    client.put(table, key, new byte[0]).ok();
    Answer empty = client.putIfAbsent(table, key, bytes("x")).is(Outcome.MISMATCH);
    assertArrayEquals(new byte[0], empty.value());
  }

  @Rule(
      id = "V13",
      text = "A mismatch returns no value where MISMATCH_VALUE is not declared.",
      lookAt = "the declared capabilities",
      undeclared = Feature.MISMATCH_VALUE)
  default void required_v13_undeclaredMismatchValueIsNotReturned(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    client.put(table, bytes("k"), bytes("v")).ok();
    Answer answer = client.putIfAbsent(table, bytes("k"), bytes("x")).is(Outcome.MISMATCH);
    assertNull(answer.value());
  }

  @Rule(
      id = "V14",
      text = "Writers of several sessions never get the same version for a key.",
      lookAt = "version sources that are per session, or clocks without a tie-break")
  default void stochastic_v14_sessionsNeverShareAVersion(Kit kit) {
    Table table = kit.table();
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    int each = Math.max(100, kit.scaled(5000));
    kit.parallel(
        4,
        (index, client) -> {
          for (int i = 0; i < each; i++) {
            Answer answer = client.put(table, bytes("k"), bytes(index + "/" + i));
            long version = answer.ok().versioned().version();
            assertTrue(seen.add(version), "two writes were answered version " + version);
            if (i % 10 == 0) {
              client.remove(table, bytes("k"));
            }
          }
        });
    assertEquals(4 * each, seen.size());
  }
}

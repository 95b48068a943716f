package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.util.List;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.Table;

/** Rule K, keys and values. */
public interface KeyRules {

  @Rule(
      id = "K01",
      text = "What was written is read back byte for byte, for values of 0 to 64 KiB.",
      lookAt =
          "copies of values: lengths, offsets into the batch's memory, buffers shared by slots")
  default void required_k01_whatWasWrittenIsReadBack(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, Capabilities.MIN_MAX_VALUE_BYTES);
    int[] lengths = {0, 1, 2, 7, 8, 9, 63, 64, 65, 255, 256, 1023, 4096, 32_767, 32_768, 65_536};
    for (int length : lengths) {
      byte[] key = Samples.key(4, length);
      byte[] value = Samples.random(kit.random(), length);
      long version = client.put(table, key, value).ok().versioned().version();
      client.read(table, key).ok().hasVersion(version).hasValue(value);
    }
  }

  @Rule(
      id = "K02",
      text = "A key that was never written is ABSENT, with version 0 and without value.",
      lookAt = "how the backend tells no record from an empty value")
  default void required_k02_missingKeyIsAbsent(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    client.read(table, bytes("missing")).absent();
    client.put(table, bytes("other"), bytes("x")).ok();
    client.read(table, bytes("missing")).absent();
  }

  @Rule(
      id = "K03",
      text = "Keys of every length from 1 to 128 bytes work, and so does the longest declared.",
      lookAt = "prefixes put before the key, fixed-size key buffers")
  default void required_k03_everyKeyLengthWorks(Kit kit) {
    Client client = kit.client();
    int longest = Math.min(kit.capabilities().maxKeyBytes(), 16 * 1024);
    Table table = kit.table(longest, 64);
    for (int length = 1; length <= Capabilities.MIN_MAX_KEY_BYTES; length++) {
      client.put(table, Samples.key(length, 1), bytes("v" + length)).ok();
    }
    client.put(table, Samples.key(longest, 1), bytes("longest")).ok();
    int last = longest == Capabilities.MIN_MAX_KEY_BYTES ? longest - 1 : longest;
    for (int length = 1; length <= Math.min(last, Capabilities.MIN_MAX_KEY_BYTES); length++) {
      client.read(table, Samples.key(length, 1)).ok().hasValue(bytes("v" + length));
    }
    client.read(table, Samples.key(longest, 1)).ok().hasValue(bytes("longest"));
  }

  @Rule(
      id = "K04",
      text = "A value of 0 bytes is a record, not the absence of one.",
      lookAt = "places where length 0 or null stands for no record")
  default void required_k04_emptyValueIsARecord(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("empty");
    long version = client.putIfAbsent(table, key, new byte[0]).ok().versioned().version();
    client.read(table, key).ok().hasVersion(version).hasValue(new byte[0]);
    client.putIfAbsent(table, key, bytes("x")).is(Outcome.MISMATCH).hasVersion(version);
    client.remove(table, key).ok();
    client.read(table, key).absent();
  }

  @Rule(
      id = "K05",
      text = "Keys and values are bytes: no byte is special, no key is mixed up with another.",
      lookAt = "text conversions, separators, patterns, hash tags, zero-terminated strings")
  default void required_k05_keysAndValuesAreBytes(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    List<byte[]> keys = Samples.awkwardKeys();
    for (int i = 0; i < 256; i++) {
      keys.add(new byte[] {'k', (byte) i});
    }
    for (int i = 0; i < keys.size(); i++) {
      client.put(table, keys.get(i), new byte[] {(byte) i, 0, (byte) (i >> 8), '\r', '\n', 0}).ok();
    }
    for (int i = 0; i < keys.size(); i++) {
      byte[] expected = {(byte) i, 0, (byte) (i >> 8), '\r', '\n', 0};
      client.read(table, keys.get(i)).ok().hasValue(expected);
    }
    client.remove(table, keys.getFirst()).ok();
    client.read(table, keys.getFirst()).absent();
    client.read(table, keys.get(1)).ok();
  }

  @Rule(
      id = "K06",
      text = "A key past the table's bound is TOO_LARGE for every operation.",
      lookAt = "checks before the slot is sent")
  default void required_k06_keyPastTheBoundIsTooLarge(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(8, 64);
    byte[] key = Samples.key(9, 1);
    client.read(table, key).is(Outcome.TOO_LARGE);
    client.put(table, key, bytes("v")).is(Outcome.TOO_LARGE);
    client.putIfAbsent(table, key, bytes("v")).is(Outcome.TOO_LARGE);
    client.putIfVersion(table, key, bytes("v"), 1).is(Outcome.TOO_LARGE);
    client.remove(table, key).is(Outcome.TOO_LARGE);
    client.removeIfVersion(table, key, 1).is(Outcome.TOO_LARGE);
    if (kit.has(Feature.INCREMENT)) {
      client.increment(table, key, 1).is(Outcome.TOO_LARGE);
    }
    client.put(table, Samples.key(8, 1), bytes("v")).ok();
  }

  @Rule(
      id = "K07",
      text = "A value past the table's bound is TOO_LARGE and changes nothing.",
      lookAt = "checks before the slot is sent")
  default void required_k07_valuePastTheBoundIsTooLarge(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(8, 64);
    byte[] key = bytes("k");
    client.put(table, key, new byte[65]).is(Outcome.TOO_LARGE);
    client.read(table, key).absent();
    long version = client.put(table, key, new byte[64]).ok().version();
    client.put(table, key, new byte[65]).is(Outcome.TOO_LARGE);
    client.putIfVersion(table, key, new byte[65], version).is(Outcome.TOO_LARGE);
    client.read(table, key).ok().hasVersion(version).hasValue(new byte[64]);
  }

  @Rule(
      id = "K08",
      text = "The longest value declared works (tried up to 4 MiB).",
      lookAt = "the declared maxValueBytes, and what the backend's library or server takes")
  default void required_k08_longestDeclaredValueWorks(Kit kit) {
    int longest = Math.min(kit.capabilities().maxValueBytes(), 4 << 20);
    Client client = kit.client();
    Table table = kit.table(16, longest);
    byte[] value = Samples.random(kit.random(), longest);
    long version = client.put(table, bytes("large"), value).ok().version();
    client.read(table, bytes("large")).ok().hasVersion(version).hasValue(value);
    client.remove(table, bytes("large")).ok();
  }

  @Rule(
      id = "K09",
      text = "Single-key calls answer as batches do.",
      lookAt = "the session's single()")
  default void required_k09_singleKeyCallsAnswerAsBatchesDo(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    byte[] key = bytes("single");
    SingleKey single = client.session().single();
    assertEquals(Outcome.ABSENT, single.read(table, key).outcome());
    SingleKey.Result created = single.putIfAbsent(table, key, bytes("1"));
    assertEquals(Outcome.OK, created.outcome());
    client.read(table, key).ok().hasVersion(created.version()).hasValue(bytes("1"));
    assertEquals(Outcome.MISMATCH, single.putIfAbsent(table, key, bytes("2")).outcome());
    SingleKey.Result changed = single.putIfVersion(table, key, bytes("3"), created.version());
    assertEquals(Outcome.OK, changed.outcome());
    SingleKey.Result stale = single.putIfVersion(table, key, bytes("4"), created.version());
    assertEquals(Outcome.MISMATCH, stale.outcome());
    assertEquals(changed.version(), stale.version());
    client.read(table, key).ok().hasVersion(changed.version()).hasValue(bytes("3"));
    assertEquals(Outcome.OK, single.remove(table, key).outcome());
    client.read(table, key).absent();
  }
}

package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Table;

/** Rule A, atomic counters. */
public interface CounterRules {

  @Rule(
      id = "A01",
      text = "An increment starts at 0 on a missing record and returns the new value and version.",
      lookAt = "the reply of the store's own increment",
      needs = Feature.INCREMENT)
  default void optional_a01_incrementReturnsTheNewValue(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, 8);
    byte[] key = bytes("k");
    long first = client.increment(table, key, 5).ok().hasNumber(5).versioned().version();
    client.read(table, key).ok().hasVersion(first);
    client.increment(table, key, 7).ok().hasNumber(12);
    client.increment(table, key, -20).ok().hasNumber(-8);
    long last = client.increment(table, key, 0).ok().hasNumber(-8).versioned().version();
    client.read(table, key).ok().hasVersion(last).hasValue(counter(-8));
    client.remove(table, key).ok();
    client.increment(table, key, 1).ok().hasNumber(1);
  }

  @Rule(
      id = "A02",
      text = "An increment wraps at 64 bits and loses no bit.",
      lookAt = "counters kept as text or floating point",
      needs = Feature.INCREMENT)
  default void optional_a02_incrementWrapsAt64Bits(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, 8);
    byte[] key = bytes("k");
    client.increment(table, key, Long.MAX_VALUE).ok().hasNumber(Long.MAX_VALUE);
    client.increment(table, key, 1).ok().hasNumber(Long.MIN_VALUE);
    client.read(table, key).ok().hasValue(counter(Long.MIN_VALUE));
    client.increment(table, key, Long.MIN_VALUE).ok().hasNumber(0);
    long odd = (1L << 53) + 1; // the first whole number that a double does not hold
    client.increment(table, key, odd).ok().hasNumber(odd);
    client.increment(table, key, odd).ok().hasNumber(2 * odd);
  }

  @Rule(
      id = "A03",
      text = "A counter is a record of 8 bytes, little-endian, that writes can set.",
      lookAt = "the byte order, and counters kept apart from records",
      needs = Feature.INCREMENT)
  default void optional_a03_counterIsARecordOf8Bytes(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, 64);
    byte[] key = bytes("k");
    client.put(table, key, counter(1_000_000_007L)).ok();
    long version = client.increment(table, key, 1).ok().hasNumber(1_000_000_008L).version();
    client.read(table, key).ok().hasVersion(version).hasValue(counter(1_000_000_008L));
    client.putIfVersion(table, key, counter(-1), version).ok();
    client.increment(table, key, 0x0102030405060708L).ok().hasNumber(0x0102030405060707L);
    client.read(table, key).ok().hasValue(counter(0x0102030405060707L));
  }

  @Rule(
      id = "A04",
      text = "An increment of a value that is not 8 bytes long is a MISMATCH, nothing changed.",
      lookAt = "the check of the value's length at the store",
      needs = Feature.INCREMENT)
  default void optional_a04_incrementOfAnotherValueIsRejected(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, 64);
    for (int length : new int[] {0, 1, 7, 9, 64}) {
      byte[] key = bytes("k" + length);
      byte[] value = Samples.random(kit.random(), length);
      long version = client.put(table, key, value).ok().version();
      client.increment(table, key, 1).is(Outcome.MISMATCH).hasVersion(version);
      client.read(table, key).ok().hasVersion(version).hasValue(value);
    }
  }

  @Rule(
      id = "A05",
      text = "An increment in a table whose values are shorter than 8 bytes is TOO_LARGE.",
      lookAt = "checks before the slot is sent",
      needs = Feature.INCREMENT)
  default void optional_a05_incrementPastTheValueBoundIsTooLarge(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, 7);
    client.increment(table, bytes("k"), 1).is(Outcome.TOO_LARGE);
    client.read(table, bytes("k")).absent();
  }

  @Rule(
      id = "A06",
      text = "Increments of several sessions add up: no answer is given twice, none is lost.",
      lookAt = "read-then-write at the client instead of one step at the store",
      needs = Feature.INCREMENT)
  default void optional_a06_concurrentIncrementsAddUp(Kit kit) {
    Table table = kit.table(16, 8);
    Set<Long> answers = ConcurrentHashMap.newKeySet();
    int threads = 4;
    int each = Math.max(200, kit.scaled(10_000));
    kit.parallel(
        threads,
        (index, client) -> {
          for (int i = 0; i < each; i++) {
            Answer answer = client.increment(table, bytes("k"), 1).ok();
            assertTrue(answers.add(answer.number()), () -> "answered twice: " + answer.number());
          }
        });
    assertEquals(threads * each, answers.size());
    byte[] last = kit.client().read(table, bytes("k")).ok().bytes();
    assertEquals(
        (long) threads * each, ByteBuffer.wrap(last).order(ByteOrder.LITTLE_ENDIAN).getLong());
  }

  @Rule(
      id = "A07",
      text = "Increments and conditional writes of one counter, mixed, lose nothing.",
      lookAt = "whether increments and conditional writes take the same lock or script",
      needs = Feature.INCREMENT)
  default void optional_a07_incrementsAndConditionalWritesAddUp(Kit kit) {
    Table table = kit.table(16, 8);
    int each = Math.max(100, kit.scaled(3000));
    kit.parallel(
        4,
        (index, client) -> {
          for (int i = 0; i < each; i++) {
            if (index % 2 == 0) {
              client.increment(table, bytes("k"), 1).ok();
            } else {
              addByConditionalWrite(client, table);
            }
          }
        });
    kit.client().read(table, bytes("k")).ok().hasValue(counter(4L * each));
  }

  @Rule(
      id = "A08",
      text = "An increment answers UNSUPPORTED where INCREMENT is not declared, nothing changed.",
      lookAt = "the declared capabilities",
      undeclared = Feature.INCREMENT)
  default void required_a08_undeclaredIncrementIsUnsupported(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, 8);
    client.increment(table, bytes("k"), 1).is(Outcome.UNSUPPORTED);
    client.read(table, bytes("k")).absent();
    long version = client.put(table, bytes("k"), counter(1)).ok().version();
    client.increment(table, bytes("k"), 1).is(Outcome.UNSUPPORTED);
    client.read(table, bytes("k")).ok().hasVersion(version).hasValue(counter(1));
  }

  private static void addByConditionalWrite(Client client, Table table) {
    while (true) {
      Answer read = client.read(table, bytes("k"));
      byte[] next =
          read.outcome() == Outcome.ABSENT
              ? counter(1)
              : counter(
                  ByteBuffer.wrap(read.ok().bytes()).order(ByteOrder.LITTLE_ENDIAN).getLong() + 1);
      Answer write = client.putIfVersion(table, bytes("k"), next, read.version());
      if (write.outcome() == Outcome.OK) {
        return;
      }
      write.is(Outcome.MISMATCH);
    }
  }

  private static byte[] counter(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}

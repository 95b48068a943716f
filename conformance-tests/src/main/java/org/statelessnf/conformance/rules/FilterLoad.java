package org.statelessnf.conformance.rules;

import static org.statelessnf.conformance.kit.Kit.bytes;

import org.opentest4j.AssertionFailedError;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Outcome;

/** Adds and asks for numbered elements, a batch at a time. */
final class FilterLoad {
  private FilterLoad() {}

  /** Adds elements; fails unless all are acknowledged. */
  static int add(
      Client client, FilterBatch batch, BloomFilter filter, String prefix, int from, int to) {
    batch.clear();
    for (int i = from; i < to; i++) {
      byte[] element = bytes(prefix + i);
      batch.add(filter, Slots.of(element), 0, element.length);
    }
    run(client, batch);
    return to;
  }

  /** Asks for elements; the answers are in the batch. */
  static void ask(
      Client client, FilterBatch batch, BloomFilter filter, String prefix, int from, int to) {
    batch.clear();
    for (int i = from; i < to; i++) {
      byte[] element = bytes(prefix + i);
      batch.mightContain(filter, Slots.of(element), 0, element.length);
    }
    run(client, batch);
  }

  /** Fails unless all elements are found. */
  static void requireAll(
      Client client, FilterBatch batch, BloomFilter filter, String prefix, int from, int to) {
    for (int i = from; i < to; i += batch.capacity()) {
      ask(client, batch, filter, prefix, i, Math.min(to, i + batch.capacity()));
      for (int slot = 0; slot < batch.size(); slot++) {
        if (!batch.mightContain(slot)) {
          throw new AssertionFailedError(
              "false negative: %s%d was added and acknowledged".formatted(prefix, i + slot));
        }
      }
    }
  }

  private static void run(Client client, FilterBatch batch) {
    if (batch.size() == 0) {
      return;
    }
    client.run(batch);
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) != Outcome.OK) {
        throw new AssertionFailedError(
            "%s: expected OK, got %s".formatted(batch.op(slot), batch.outcome(slot)));
      }
    }
  }
}

package org.statelessnf.host.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;
import org.statelessnf.store.Outcome;

/** Slots that did not end as they should, by outcome. One thread only. */
public final class Failures {
  private static final Outcome[] OUTCOMES = Outcome.values();

  private final long[] counts = new long[OUTCOMES.length];

  /** Counts one. */
  public void add(Outcome outcome) {
    counts[outcome.code()]++;
  }

  /** Counts all of another. */
  public void add(Failures other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** How many in all. */
  public long total() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Those that there were, by the outcome's name. */
  public Map<String, Long> byOutcome() {
    Map<String, Long> named = new LinkedHashMap<>();
    for (Outcome outcome : OUTCOMES) {
      if (counts[outcome.code()] > 0) {
        named.put(outcome.name(), counts[outcome.code()]);
      }
    }
    return named;
  }
}

package org.statelessnf.host.demo;

import java.util.BitSet;

/**
 * A run with a kill against the same trace through one instance.
 *
 * @param victim index of the instance that was killed
 * @param killedAt packets dealt when it died
 * @param lost packets that died with it
 * @param refused packets that came out of the one instance, but not of this run, though no instance
 *     died with them
 * @param extra packets that came out of this run only
 * @param wrong packets that came out changed
 * @param across conversations with packets before and after the kill
 * @param disturbed conversations that had packets refused or changed
 */
record Comparison(
    int victim,
    long killedAt,
    BitSet lost,
    BitSet refused,
    BitSet extra,
    int wrong,
    int across,
    int disturbed) {

  static Comparison of(TraceIndex trace, Showing whole, Showing run, int victim, long killedAt) {
    BitSet missing = (BitSet) whole.passed().clone();
    missing.andNot(run.passed());
    BitSet lost = new BitSet();
    BitSet refused = new BitSet();
    missing.stream().forEach(index -> (run.heldBy(index) == victim ? lost : refused).set(index));
    BitSet extra = (BitSet) run.passed().clone();
    extra.andNot(whole.passed());
    return new Comparison(
        victim,
        killedAt,
        lost,
        refused,
        extra,
        run.wrong(),
        across(trace, run, killedAt),
        disturbed(trace, refused));
  }

  private static int across(TraceIndex trace, Showing run, long killedAt) {
    BitSet before = new BitSet();
    BitSet after = new BitSet();
    for (int index = 0; index < trace.size(); index++) {
      (run.departure(index) < killedAt ? before : after).set(trace.conversation(index));
    }
    before.and(after);
    return before.cardinality();
  }

  private static int disturbed(TraceIndex trace, BitSet refused) {
    BitSet conversations = new BitSet();
    refused.stream().forEach(index -> conversations.set(trace.conversation(index)));
    return conversations.cardinality();
  }

  /** Whether nothing but the packets that died with the instance tells the two runs apart. */
  boolean isUnnoticed() {
    return refused.isEmpty() && extra.isEmpty() && wrong == 0;
  }
}

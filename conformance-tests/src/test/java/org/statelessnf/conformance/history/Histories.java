package org.statelessnf.conformance.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/**
 * Random histories that are linearizable because they were made so: operations are executed one
 * after the other at chosen instants, and each is given an interval around its instant.
 */
final class Histories {
  private static final int SPREAD = 40;

  /** What may occur. */
  record Mix(boolean removes, boolean increments, boolean unknowns) {}

  private final Random random;
  private final Mix mix;
  private final List<Operation> operations = new ArrayList<>();
  private final List<Long> versions = new ArrayList<>();
  private long version;
  private long tag;
  private long lastVersion = 1000;
  private long lastTag = 1;
  private long now;
  private boolean shown = true; // nobody expects a version that nobody was told

  Histories(Random random, Mix mix) {
    this.random = random;
    this.mix = mix;
    versions.add(7L);
  }

  /** Makes a history on one key. */
  static List<Operation> linearizable(Random random, int length, Mix mix) {
    Histories made = new Histories(random, mix);
    for (int i = 0; i < length; i++) {
      made.step();
    }
    return made.operations;
  }

  private void step() {
    now += 1 + random.nextInt(20);
    int draw = random.nextInt(100);
    if (draw < 35) {
      read();
    } else if (draw < 45) {
      write(Op.PUT, 0, true);
    } else if (draw < 55) {
      write(Op.PUT_IF_ABSENT, 0, version == 0);
    } else if (draw < 80) {
      long expected = guess();
      write(expected == 0 ? Op.PUT_IF_ABSENT : Op.PUT_IF_VERSION, expected, expected == version);
    } else if (draw < 90 && mix.removes()) {
      remove();
    } else if (mix.increments()) {
      increment();
    } else {
      read();
    }
  }

  private long guess() {
    return random.nextInt(3) > 0 && shown ? version : versions.get(random.nextInt(versions.size()));
  }

  private void read() {
    if (version == 0) {
      add(Op.READ, Outcome.ABSENT, 0, 0, 0, Operation.NOTHING);
    } else {
      add(Op.READ, Outcome.OK, 0, 0, version, tag);
    }
  }

  private void write(Op op, long expected, boolean succeeds) {
    lastTag += 1_000_000; // increments do not bridge the gap
    long written = lastTag;
    if (succeeds) {
      boolean lost = mix.unknowns() && random.nextInt(8) == 0;
      change(++lastVersion, written);
      add(
          op,
          lost ? Outcome.UNKNOWN : Outcome.OK,
          expected,
          written,
          lost ? 0 : version,
          Operation.NOTHING);
    } else if (mix.unknowns() && random.nextInt(8) == 0) {
      add(op, Outcome.UNKNOWN, expected, written, 0, Operation.NOTHING);
    } else {
      boolean shows = version != 0 && random.nextBoolean();
      add(op, Outcome.MISMATCH, expected, written, version, shows ? tag : Operation.NOTHING);
    }
  }

  private void remove() {
    boolean conditional = random.nextBoolean();
    long expected = conditional ? Math.max(1, guess()) : 0;
    Op op = conditional ? Op.REMOVE_IF_VERSION : Op.REMOVE;
    if (version == 0) {
      add(op, Outcome.ABSENT, expected, 0, 0, Operation.NOTHING);
    } else if (conditional && expected != version) {
      add(op, Outcome.MISMATCH, expected, 0, version, Operation.NOTHING);
    } else {
      boolean lost = mix.unknowns() && random.nextInt(8) == 0;
      change(0, 0);
      add(op, lost ? Outcome.UNKNOWN : Outcome.OK, expected, 0, 0, Operation.NOTHING);
    }
  }

  private void increment() {
    long delta = 1L + random.nextInt(3);
    boolean lost = mix.unknowns() && random.nextInt(8) == 0;
    change(++lastVersion, tag + delta);
    add(
        Op.INCREMENT,
        lost ? Outcome.UNKNOWN : Outcome.OK,
        0,
        delta,
        lost ? 0 : version,
        lost ? Operation.NOTHING : tag);
  }

  private void change(long toVersion, long toTag) {
    version = toVersion;
    tag = toTag;
    shown = toVersion == 0;
  }

  private void add(
      Op op, Outcome outcome, long expected, long written, long seenVersion, long seen) {
    if (seenVersion != 0) {
      versions.add(seenVersion);
      shown |= seenVersion == version;
    }
    long invoke = now - random.nextInt(SPREAD);
    long complete = outcome == Outcome.UNKNOWN ? Operation.NEVER : now + random.nextInt(SPREAD);
    operations.add(
        new Operation(
            operations.size() % 5,
            1,
            op,
            outcome,
            invoke,
            complete,
            expected,
            written,
            seenVersion,
            seen));
  }
}

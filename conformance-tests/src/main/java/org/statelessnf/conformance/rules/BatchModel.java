package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/** Random batches and the plain loop that they must equal (rule B). */
final class BatchModel {
  private static final int SLOTS = 256;
  private static final int KEYS_PER_TABLE = 120;

  /** Bounds of the three tables: long values are rare, so that the run stays small. */
  private static final int[] MAX_VALUE = {64, 2048, 64 * 1024};

  /** A key in a table; the number stands for the key's bytes. */
  private record Place(int table, int key) {}

  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Stored(long version, byte[] value) {}

  /** What a slot was asked to do. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Planned(Op op, Place place, byte[] value, long expected, long delta) {}

  private final Client client;
  private final Random random;
  private final boolean counts;
  private final boolean returnsCurrent;
  private final Table[] tables = new Table[MAX_VALUE.length];
  private final WriteBatch writes;
  private final ReadBatch reads;
  private final Map<Place, Stored> records = new HashMap<>();
  private final Map<Place, Set<Long>> versions = new HashMap<>();
  private long slots;

  BatchModel(Kit kit) {
    this(kit, kit.client());
  }

  /** On a handle of the test's own. */
  BatchModel(Kit kit, Client client) {
    this.client = client;
    this.random = kit.random();
    this.counts = kit.has(Feature.INCREMENT);
    this.returnsCurrent = kit.has(Feature.MISMATCH_VALUE);
    for (int i = 0; i < tables.length; i++) {
      TableSpec spec = TableSpec.of(kit.name("model"), 128, MAX_VALUE[i]);
      tables[i] = client.session().store().table(spec);
    }
    this.writes = client.session().newWriteBatch(SLOTS);
    this.reads = client.session().newReadBatch(SLOTS);
  }

  /** Slots compared so far. */
  long slots() {
    return slots;
  }

  /** A round of few slots and short values. */
  void smallRound(int round) {
    round(round, 1 + random.nextInt(6), 10);
  }

  void randomRound(int round) {
    int size = 1 + (random.nextInt(4) == 0 ? random.nextInt(SLOTS) : random.nextInt(24));
    // Few keys mean many duplicates.
    round(round, size, 1 + random.nextInt(random.nextInt(3) == 0 ? 4 : KEYS_PER_TABLE));
  }

  private void round(int round, int size, int keys) {
    try {
      if (random.nextInt(3) == 0) {
        readRound(size, keys);
      } else {
        writeRound(size, keys);
      }
    } catch (TestAbortedException e) {
      throw e;
    } catch (AssertionError e) {
      throw new AssertionError("round %d: %s".formatted(round, e.getMessage()), e);
    }
    slots += size;
  }

  private void readRound(int size, int keys) {
    List<Place> places = new ArrayList<>();
    reads.clear();
    for (int slot = 0; slot < size; slot++) {
      Place place = place(keys, random.nextInt(16));
      places.add(place);
      reads.add(tables[place.table()], bytes(place));
    }
    client.run(reads);
    for (int slot = 0; slot < size; slot++) {
      Answer answer = Client.answer(reads, slot);
      Stored stored = records.get(places.get(slot));
      if (stored == null) {
        answer.absent();
      } else {
        answer.ok().hasVersion(stored.version()).hasValue(stored.value());
      }
    }
  }

  private void writeRound(int size, int keys) {
    List<Planned> plan = new ArrayList<>();
    writes.clear();
    for (int slot = 0; slot < size; slot++) {
      Planned planned = plan(place(keys, random.nextInt(16)));
      plan.add(planned);
      add(planned);
    }
    client.run(writes);
    for (int slot = 0; slot < size; slot++) {
      compare(slot, plan.get(slot));
    }
  }

  private Place place(int keys, int drawn) {
    int table = drawn == 0 ? 2 : drawn < 5 ? 1 : 0;
    return new Place(table, random.nextInt(keys));
  }

  private static byte[] bytes(Place place) {
    return Samples.key(4 + place.key() % 125, place.key());
  }

  private Planned plan(Place place) {
    Stored stored = records.get(place);
    long version = stored == null ? 0 : stored.version();
    long guess =
        switch (random.nextInt(4)) {
          case 0 -> random.nextLong() | 1;
          case 1 -> oldVersion(place);
          default -> version;
        };
    int draw = random.nextInt(counts ? 12 : 10);
    if (draw < 3) {
      return new Planned(Op.PUT, place, value(place), 0, 0);
    } else if (draw < 5) {
      return new Planned(Op.PUT_IF_ABSENT, place, value(place), 0, 0);
    } else if (draw < 8) {
      Op op = guess == 0 ? Op.PUT_IF_ABSENT : Op.PUT_IF_VERSION;
      return new Planned(op, place, value(place), guess, 0);
    } else if (draw == 8) {
      return new Planned(Op.REMOVE, place, new byte[0], 0, 0);
    } else if (draw == 9) {
      return guess == 0
          ? new Planned(Op.REMOVE, place, new byte[0], 0, 0)
          : new Planned(Op.REMOVE_IF_VERSION, place, new byte[0], guess, 0);
    }
    return new Planned(Op.INCREMENT, place, new byte[0], 0, random.nextInt(100) - 50);
  }

  private long oldVersion(Place place) {
    Set<Long> known = versions.getOrDefault(place, Set.of());
    return known.isEmpty() ? 0 : known.iterator().next();
  }

  private byte[] value(Place place) {
    int max = MAX_VALUE[place.table()];
    int length =
        switch (random.nextInt(6)) {
          case 0 -> 0;
          case 1 -> 8;
          case 2 -> random.nextInt(8) == 0 ? max + 1 : max;
          default -> random.nextInt(Math.min(max, 512) + 1);
        };
    return Samples.random(random, length);
  }

  private void add(Planned planned) {
    Table table = tables[planned.place().table()];
    byte[] key = bytes(planned.place());
    switch (planned.op()) {
      case PUT -> Slots.put(writes, table, key, planned.value());
      case PUT_IF_ABSENT -> Slots.putIfAbsent(writes, table, key, planned.value());
      case PUT_IF_VERSION ->
          Slots.putIfVersion(writes, table, key, planned.value(), planned.expected());
      case REMOVE -> Slots.remove(writes, table, key);
      case REMOVE_IF_VERSION -> Slots.removeIfVersion(writes, table, key, planned.expected());
      case INCREMENT -> Slots.increment(writes, table, key, planned.delta());
      default -> throw new IllegalStateException("not planned: " + planned.op());
    }
  }

  private void compare(int slot, Planned planned) {
    Answer answer = Client.answer(writes, slot);
    Place place = planned.place();
    Stored stored = records.get(place);
    if (planned.value().length > MAX_VALUE[place.table()]) {
      answer.is(Outcome.TOO_LARGE);
      return;
    }
    switch (planned.op()) {
      case PUT -> written(answer, place, planned.value());
      case PUT_IF_ABSENT -> {
        if (stored == null) {
          written(answer, place, planned.value());
        } else {
          rejected(answer, stored);
        }
      }
      case PUT_IF_VERSION -> {
        if (stored != null && stored.version() == planned.expected()) {
          written(answer, place, planned.value());
        } else {
          rejected(answer, stored);
        }
      }
      case REMOVE -> removed(answer, place, stored);
      case REMOVE_IF_VERSION -> {
        if (stored != null && stored.version() != planned.expected()) {
          rejected(answer, stored);
        } else if (stored != null) {
          removed(answer, place, stored);
        } else {
          answer.hasVersion(0);
          assertTrue(answer.outcome() == Outcome.ABSENT || answer.outcome() == Outcome.MISMATCH);
        }
      }
      case INCREMENT -> incremented(answer, place, stored, planned.delta());
      default -> throw new IllegalStateException("not planned: " + planned.op());
    }
  }

  private void written(Answer answer, Place place, byte[] value) {
    long version = answer.ok().versioned().version();
    assertTrue(
        versions.computeIfAbsent(place, key -> new HashSet<>()).add(version),
        () -> answer.call() + " reused version " + version);
    records.put(place, new Stored(version, value));
  }

  private void rejected(Answer answer, @Nullable Stored stored) {
    answer.is(Outcome.MISMATCH).hasVersion(stored == null ? 0 : stored.version());
    if (returnsCurrent && stored != null) {
      answer.hasValue(stored.value());
    } else {
      assertNull(answer.value(), () -> answer.call() + " returned a value");
    }
  }

  private void removed(Answer answer, Place place, @Nullable Stored stored) {
    if (stored == null) {
      answer.absent();
    } else {
      answer.ok().hasVersion(0);
      records.remove(place);
    }
  }

  private void incremented(Answer answer, Place place, @Nullable Stored stored, long delta) {
    if (stored != null && stored.value().length != Long.BYTES) {
      answer.is(Outcome.MISMATCH).hasVersion(stored.version());
      return;
    }
    ByteBuffer counter =
        ByteBuffer.wrap(stored == null ? new byte[Long.BYTES] : stored.value().clone())
            .order(ByteOrder.LITTLE_ENDIAN);
    counter.putLong(0, counter.getLong(0) + delta);
    answer.ok().hasNumber(counter.getLong(0));
    written(answer, place, counter.array());
  }
}

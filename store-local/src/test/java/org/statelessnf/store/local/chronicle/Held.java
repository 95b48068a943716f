package org.statelessnf.store.local.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import org.statelessnf.conformance.process.Worker;
import org.statelessnf.conformance.process.Workers;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** Records, some of which a {@link HoldTask} works on when it is killed, and what they must be. */
final class Held {
  static final TableSpec SPEC = TableSpec.of("held", 64, 4096);
  static final byte[] OLD = bytes("old value, old value, old value.".repeat(4));
  static final byte[] NEW = bytes("new value, new value, new value!".repeat(4));
  static final byte[] GROWN = bytes("grown".repeat(700));

  private static final int BYSTANDERS = 2000;

  private final String uri;
  private int free;
  private final Map<HoldTask.Stage, Integer> variants = new EnumMap<>(HoldTask.Stage.class);

  /** Fills a store and finds keys in segments of their own. */
  Held(StateStore store) {
    this.uri = store.uri();
    Table table = store.table(SPEC);
    findKeys(((ChronicleTable) table).number());
    try (StoreSession session = store.openSession()) {
      SingleKey single = session.single();
      for (int i = 0; i < BYSTANDERS; i++) {
        assertThat(single.put(table, bytes("by" + i), bytes("stander " + i)).outcome())
            .isEqualTo(Outcome.OK);
      }
      for (HoldTask.Stage stage : HoldTask.Stage.values()) {
        if (!isInsert(stage)) {
          assertThat(single.put(table, key(stage), OLD).outcome()).isEqualTo(Outcome.OK);
        }
      }
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  byte[] key(HoldTask.Stage stage) {
    return stage.key(variants.getOrDefault(stage, 0));
  }

  /** Key of a record that no operation stands in the way of. */
  byte[] bystander() {
    return bytes("by" + free);
  }

  private void findKeys(int table) {
    Space space = Space.open(StoreUri.parse(uri));
    try {
      SessionSlot slot = space.takeSlot();
      Set<Integer> taken = new HashSet<>();
      for (HoldTask.Stage stage : HoldTask.Stage.values()) {
        int variant = 0;
        while (!taken.add(segment(space, slot, table, stage.key(variant)))) {
          variant++;
        }
        variants.put(stage, variant);
      }
      while (taken.contains(segment(space, slot, table, bystander()))) {
        free++;
      }
      space.giveBack(slot);
    } finally {
      space.leave();
    }
  }

  private static int segment(Space space, SessionSlot slot, int table, byte[] key) {
    slot.key(table, MemorySegment.ofArray(key), 0, key.length);
    try (ExternalMapQueryContext<byte[], byte[], ?> context = space.map().query(slot.key())) {
      return context.segmentIndex();
    }
  }

  private static boolean isInsert(HoldTask.Stage stage) {
    return stage == HoldTask.Stage.INSERT_DECLARED || stage == HoldTask.Stage.INSERTED;
  }

  /** Starts a process that stops in the midst of operations on the keys. */
  Worker startHolder(Workers workers) throws IOException {
    Map<String, String> arguments = new HashMap<>();
    variants.forEach((stage, variant) -> arguments.put(stage.name(), variant.toString()));
    Worker holder = workers.start(1, HoldTask.class, arguments).getFirst();
    assertThat(holder.receive()).isEqualTo("holding");
    return holder;
  }

  /** Every record is what it was, or what was declared; and all can be changed again. */
  void requireWhole(StateStore store) {
    Table table = store.table(SPEC);
    try (StoreSession session = store.openSession()) {
      SingleKey single = session.single();
      for (HoldTask.Stage stage : HoldTask.Stage.values()) {
        SingleKey.Result read = single.read(table, key(stage));
        byte[] expected =
            switch (stage) {
              case READING, LOCKED -> OLD;
              case GROWN -> GROWN;
              case REMOVE_DECLARED, REMOVED -> null;
              default -> NEW;
            };
        assertThat(read.outcome())
            .as(stage.name())
            .isEqualTo(expected == null ? Outcome.ABSENT : Outcome.OK);
        assertThat(read.value()).as(stage.name()).isEqualTo(expected);
        assertThat(single.putIfVersion(table, key(stage), OLD, read.version()).outcome())
            .as(stage.name())
            .isEqualTo(Outcome.OK);
      }
      for (int i = 0; i < BYSTANDERS; i++) {
        assertThat(single.read(table, bytes("by" + i)).value())
            .as("bystander %d", i)
            .isEqualTo(bytes("stander " + i));
      }
    }
  }
}

package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableClass;
import org.statelessnf.store.TableSpec;

/** Rule K, tables, namespaces and placement. */
public interface TableRules {

  @Rule(
      id = "K10",
      text = "The same key in two tables means two records.",
      lookAt = "how the table's name becomes part of the backend's key")
  default void required_k10_tablesDoNotMeet(Kit kit) {
    Client client = kit.client();
    Table one = kit.table();
    Table two = kit.table();
    byte[] key = bytes("k");
    client.put(one, key, bytes("one")).ok();
    client.read(two, key).absent();
    client.put(two, key, bytes("two")).ok();
    client.read(one, key).ok().hasValue(bytes("one"));
    client.remove(two, key).ok();
    client.read(one, key).ok().hasValue(bytes("one"));
  }

  @Rule(
      id = "K11",
      text = "The same table and key in two namespaces never meet.",
      lookAt = "where the namespace is left out of the backend's key, or cached without it")
  default void required_k11_namespacesDoNotMeet(Kit kit) {
    Client client = kit.client();
    TableSpec spec = TableSpec.of(kit.name("ns"), 16, 64);
    Table one = kit.table(spec.inNamespace("tenant-1"));
    Table two = kit.table(spec.inNamespace("tenant-2"));
    Table none = kit.table(spec);
    byte[] key = bytes("k");
    long version = client.put(one, key, bytes("one")).ok().version();
    client.read(two, key).absent();
    client.read(none, key).absent();
    client.putIfAbsent(two, key, bytes("two")).ok();
    client.remove(none, key).absent();
    client.remove(two, key).ok();
    client.read(one, key).ok().hasVersion(version).hasValue(bytes("one"));
    assertEquals("tenant-1", one.spec().namespace());
    assertFalse(none.spec().namespace().isEmpty(), "a handle's spec names its namespace");
  }

  @Rule(
      id = "K12",
      text = "Names keep their boundaries: namespace a with table b.c is not a.b with c.",
      lookAt = "a separator between namespace, table and key that may occur in one of them")
  default void required_k12_namesKeepTheirBoundaries(Kit kit) {
    Client client = kit.client();
    String base = kit.name("x");
    List<TableSpec> specs = new ArrayList<>();
    for (String separator : List.of(".", "-", "_", "~")) {
      specs.add(TableSpec.of("b" + separator + base, 16, 64).inNamespace("a"));
      specs.add(TableSpec.of(base, 16, 64).inNamespace("a" + separator + "b"));
    }
    String longest = (base + "y".repeat(64)).substring(0, 64);
    specs.add(TableSpec.of(longest, 16, 64).inNamespace("n".repeat(64)));
    specs.add(TableSpec.of(longest.substring(0, 63), 16, 64).inNamespace("n".repeat(64)));
    List<Table> tables = specs.stream().map(kit::table).toList();
    for (int i = 0; i < tables.size(); i++) {
      client.put(tables.get(i), bytes("k"), bytes("v" + i)).ok();
    }
    for (int i = 0; i < tables.size(); i++) {
      client.read(tables.get(i), bytes("k")).ok().hasValue(bytes("v" + i));
    }
  }

  @Rule(
      id = "K13",
      text = "Tables of the classes FLOW, SHARED and READ_MOSTLY hold records alike.",
      lookAt = "caching or placement by table class")
  default void required_k13_everyTableClassHoldsRecords(Kit kit) {
    Client client = kit.client();
    for (TableClass use : List.of(TableClass.FLOW, TableClass.SHARED, TableClass.READ_MOSTLY)) {
      Table table = kit.table(TableSpec.of(kit.name("cls"), 16, 64).as(use));
      long first = client.put(table, bytes("k"), bytes("1")).ok().version();
      client.read(table, bytes("k")).ok().hasVersion(first).hasValue(bytes("1"));
      long second = client.putIfVersion(table, bytes("k"), bytes("2"), first).ok().version();
      client.read(table, bytes("k")).ok().hasVersion(second).hasValue(bytes("2"));
    }
  }

  @Rule(
      id = "K14",
      text = "The same spec gives the same handle; a contradicting one is refused.",
      lookAt = "the cache of handles in StateStore.table")
  default void required_k14_sameSpecGivesTheSameHandle(Kit kit) {
    StateStore store = kit.store();
    TableSpec spec = TableSpec.of(kit.name("same"), 16, 64);
    Table table = kit.table(spec);
    Assertions.assertSame(table, store.table(spec));
    assertThrows(
        StoreConfigException.class,
        () -> store.table(TableSpec.of(spec.name(), 17, 64)),
        "a table opened with another key bound");
    assertThrows(
        StoreConfigException.class,
        () -> store.table(TableSpec.of(spec.name(), 16, 65)),
        "a table opened with another value bound");
  }

  @Rule(
      id = "K15",
      text = "A spec that asks for longer keys or values than declared is refused.",
      lookAt = "checks in StateStore.table")
  default void required_k15_specPastTheDeclaredLimitsIsRefused(Kit kit) {
    StateStore store = kit.store();
    int maxKey = kit.capabilities().maxKeyBytes();
    int maxValue = kit.capabilities().maxValueBytes();
    if (maxKey < Integer.MAX_VALUE) {
      TableSpec keys = TableSpec.of(kit.name("keys"), maxKey + 1, 64);
      assertThrows(StoreConfigException.class, () -> store.table(keys));
    }
    if (maxValue < Integer.MAX_VALUE) {
      TableSpec values = TableSpec.of(kit.name("values"), 16, maxValue + 1);
      assertThrows(StoreConfigException.class, () -> store.table(values));
    }
  }

  @Rule(
      id = "K16",
      text = "A table of another handle is refused, and the session goes on working.",
      lookAt = "the check of a slot's table, and that a refused batch does not stay in flight")
  default void required_k16_tableOfAnotherHandleIsRefused(Kit kit) {
    StateStore first = kit.openStore();
    TableSpec spec = TableSpec.of(kit.name("own"), 16, 64);
    Table foreign = first.table(spec);
    first.close();
    StateStore second = kit.openStore();
    Table own = second.table(spec);
    Client client = kit.client(second);
    ReadBatch batch = client.session().newReadBatch(2);
    batch.add(own, bytes("k"));
    batch.add(foreign, bytes("k"));
    assertThrows(IllegalArgumentException.class, () -> client.session().submit(batch));
    assertEquals(0, client.session().inFlight(), "batches in flight after the refusal");
    client.put(own, bytes("k"), bytes("v")).ok();
    client.read(own, bytes("k")).ok();
  }

  @Rule(
      id = "K17",
      text = "A table of class CACHE holds records, where CACHE_TABLES is declared.",
      lookAt = "how the store keeps evictable records",
      needs = Feature.CACHE_TABLES)
  default void optional_k17_cacheTablesHoldRecords(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(TableSpec.of(kit.name("cache"), 16, 64).as(TableClass.CACHE));
    client.put(table, bytes("k"), bytes("v")).ok();
    client.read(table, bytes("k")).ok().hasValue(bytes("v"));
  }

  @Rule(
      id = "K18",
      text = "A table of class CACHE is refused where CACHE_TABLES is not declared.",
      lookAt = "checks in StateStore.table",
      undeclared = Feature.CACHE_TABLES)
  default void required_k18_undeclaredCacheTablesAreRefused(Kit kit) {
    TableSpec spec = TableSpec.of(kit.name("cache"), 16, 64).as(TableClass.CACHE);
    assertThrows(StoreConfigException.class, () -> kit.store().table(spec));
  }

  @Rule(
      id = "K19",
      text = "Every key has an owner, the same each time it is asked.",
      lookAt = "StateStore.placement",
      needs = Feature.PLACEMENT)
  default void optional_k19_placementNamesAnOwner(Kit kit) {
    Table table = kit.table();
    for (int i = 0; i < 100; i++) {
      byte[] key = bytes("k" + i);
      StateStore.Placement owner = kit.store().placement(table, key);
      assertFalse(owner.node().isBlank(), "the owner has no name");
      assertEquals(owner, kit.store().placement(table, key));
    }
  }

  @Rule(
      id = "K20",
      text = "Placement is refused where it is not declared.",
      lookAt = "StateStore.placement, and the declared capabilities",
      undeclared = Feature.PLACEMENT)
  default void required_k20_undeclaredPlacementIsRefused(Kit kit) {
    Table table = kit.table();
    assertThrows(
        UnsupportedOperationException.class, () -> kit.store().placement(table, bytes("k")));
  }

  @Rule(
      id = "K21",
      text = "Records outlive the handle, unless durability NONE is declared.",
      lookAt = "table ids or caches that live in the handle; the declared scope and durability",
      scope = Scope.HOST)
  default void optional_k21_recordsOutliveTheHandle(Kit kit) {
    if (kit.capabilities().durability() == Durability.NONE) {
      throw kit.skip("the store declares durability NONE");
    }
    TableSpec spec = TableSpec.of(kit.name("stay"), 16, 64);
    StateStore earlier = kit.openStore();
    Client writer = kit.client(earlier);
    long version = writer.put(earlier.table(spec), bytes("k"), bytes("v")).ok().version();
    earlier.close();
    StateStore later = kit.openStore();
    Client client = kit.client(later);
    Table table = later.table(spec);
    client.read(table, bytes("k")).ok().hasVersion(version).hasValue(bytes("v"));
    long next = client.putIfVersion(table, bytes("k"), bytes("w"), version).ok().version();
    client.read(table, bytes("k")).ok().hasVersion(next).hasValue(bytes("w"));
  }
}

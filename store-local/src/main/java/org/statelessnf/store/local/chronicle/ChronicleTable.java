package org.statelessnf.store.local.chronicle;

import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** A table's handle, with the number that stands for it in keys, the same in all processes. */
final class ChronicleTable extends Table {
  private final int number;

  ChronicleTable(StateStore store, TableSpec spec, int id, int number) {
    super(store, spec, id);
    this.number = number;
  }

  int number() {
    return number;
  }
}

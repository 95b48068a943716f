package org.statelessnf.store.local.caffeine;

import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** A table's handle, with the records it stands for. */
final class LocalTable extends Table {
  private final Records records;

  LocalTable(StateStore store, TableSpec spec, int id, Records records) {
    super(store, spec, id);
    this.records = records;
  }

  Records records() {
    return records;
  }
}

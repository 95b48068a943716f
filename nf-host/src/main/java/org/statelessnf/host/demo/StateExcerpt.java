package org.statelessnf.host.demo;

import java.util.ArrayList;
import java.util.List;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;

/**
 * Some of the records that a network function left in a store.
 *
 * @param tables those with records
 */
record StateExcerpt(List<TableExcerpt> tables) {

  /**
   * Some of a table's records.
   *
   * @param name of the table in the store
   * @param records how many there are
   * @param lines some of them as text
   */
  record TableExcerpt(String name, long records, List<String> lines) {}

  /** Puts a record in words. */
  interface Words {
    /**
     * Puts a record in words.
     *
     * @param table its table's name without that of the network function
     * @param key the record's key
     * @param value its value
     */
    String of(String table, byte[] key, byte[] value);
  }

  static StateExcerpt of(StateStore store, StateLayout layout, Words words, int linesPerTable) {
    List<TableExcerpt> tables = new ArrayList<>();
    try (StoreSession session = store.openSession()) {
      for (StateTable table : layout.tables()) {
        String name = table.name().substring(layout.owner().length() + 1);
        List<String> lines = new ArrayList<>();
        long records = 0;
        try (ScanCursor cursor = session.scan(store.table(table.spec()))) {
          while (cursor.next()) {
            if (records++ < linesPerTable) {
              lines.add(words.of(name, cursor.key(), cursor.value()));
            }
          }
        }
        if (records > 0) {
          tables.add(new TableExcerpt(table.name(), records, lines));
        }
      }
    }
    return new StateExcerpt(tables);
  }
}

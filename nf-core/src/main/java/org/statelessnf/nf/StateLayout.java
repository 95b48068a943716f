package org.statelessnf.nf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.statelessnf.store.TableClass;

/**
 * The state that a network function declares: its tables. Built once, in the constructor of the
 * network function; the engine opens the tables in the store under {@code <nf>.<table>}.
 */
public final class StateLayout {
  private final String owner;
  private final List<StateTable> tables = new ArrayList<>();

  /**
   * An empty layout.
   *
   * @param owner name of the network function; prefix of its tables and name of its timer queue
   */
  public StateLayout(String owner) {
    this.owner = owner;
  }

  /**
   * Declares a table.
   *
   * @param name unique within this layout
   * @param maxKeyBytes longest key
   * @param maxValueBytes longest value; batches reserve this much per record
   * @param tableClass how it is used. Records of a {@link TableClass#READ_MOSTLY} table can be read
   *     by {@code process} but not written, and packets that share one are not ordered with each
   *     other because of it
   * @return the handle that {@code locate} and {@code process} use
   */
  public StateTable table(String name, int maxKeyBytes, int maxValueBytes, TableClass tableClass) {
    StateTable table =
        new StateTable(tables.size(), owner + "." + name, maxKeyBytes, maxValueBytes, tableClass);
    tables.add(table);
    return table;
  }

  /**
   * Declares a table of another layout, under the name that it has there.
   *
   * @param other the table
   * @return the handle in this layout
   */
  public StateTable include(StateTable other) {
    StateTable table =
        new StateTable(
            tables.size(),
            other.name(),
            other.maxKeyBytes(),
            other.maxValueBytes(),
            other.tableClass());
    tables.add(table);
    return table;
  }

  /** Name of the network function. */
  public String owner() {
    return owner;
  }

  /** The tables in the order of their declaration; {@link StateTable#index} counts in it. */
  public List<StateTable> tables() {
    return Collections.unmodifiableList(tables);
  }
}

package org.statelessnf.nf;

import org.statelessnf.store.TableClass;
import org.statelessnf.store.TableSpec;

/**
 * A table that a network function declared in its {@link StateLayout}. Independent of any store.
 *
 * @param index position in the layout
 * @param name name in the store
 * @param maxKeyBytes longest key
 * @param maxValueBytes longest value
 * @param tableClass how it is used
 */
public record StateTable(
    int index, String name, int maxKeyBytes, int maxValueBytes, TableClass tableClass) {

  /** The spec by which a store opens it, in the store's default namespace. */
  public TableSpec spec() {
    return TableSpec.of(name, maxKeyBytes, maxValueBytes).as(tableClass);
  }
}

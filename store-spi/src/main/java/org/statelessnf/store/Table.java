package org.statelessnf.store;

/**
 * Handle of an open table. Thread-safe; valid for every session of the store that opened it, and
 * for no other store. Backends subclass it to hang their own data on it.
 */
public class Table {
  private final StateStore store;
  private final TableSpec spec;
  private final int id;

  /**
   * For backends.
   *
   * @param store the store that opens the table
   * @param spec its spec, with the namespace filled in
   * @param id small number, unique within the store handle
   */
  public Table(StateStore store, TableSpec spec, int id) {
    this.store = store;
    this.spec = spec;
    this.id = id;
  }

  /** The store that opened this table. */
  public final StateStore store() {
    return store;
  }

  /** The spec it was opened by, with the namespace filled in. */
  public final TableSpec spec() {
    return spec;
  }

  /** Small number, unique within the store handle; not stable across processes. */
  public final int id() {
    return id;
  }

  @Override
  public final String toString() {
    return spec.namespace() + "/" + spec.name();
  }
}

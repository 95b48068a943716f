package org.statelessnf.store.ramcloud;

import java.util.concurrent.atomic.AtomicBoolean;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** A table and the number that RAMCloud gave it, which changes if the cluster loses its tables. */
final class RamcloudTable extends Table {
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile long number;

  RamcloudTable(StateStore store, TableSpec spec, int id, long number) {
    super(store, spec, id);
    this.number = number;
  }

  /** The name of RAMCloud's table: no namespace and no name contains a slash. */
  static String rcName(TableSpec spec) {
    return "snf/" + spec.namespace() + "/" + spec.name();
  }

  long number() {
    return number;
  }

  /** Whether the caller is the one to ask for the number anew. */
  boolean beginRenewal() {
    return renewing.compareAndSet(false, true);
  }

  /**
   * The answer.
   *
   * @param other the number, or one that is not positive if there was no answer
   */
  void renewed(long other) {
    if (other > 0) {
      number = other;
    }
    renewing.set(false);
  }
}

package org.statelessnf.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Names and bounds a table (rule K). Two handles opened by the same name and namespace, by whatever
 * process, mean the same table.
 *
 * @param namespace the tenant; empty for the store's default namespace. The same table and key in
 *     two namespaces never meet
 * @param name letters, digits, {@code . _ - ~}; 1 to 64 characters
 * @param maxKeyBytes longest key that is taken
 * @param maxValueBytes longest value that is taken; batches reserve this much per slot, so keep it
 *     close to the truth
 * @param idleTtl how long a record stays after its last successful write, or null for as long as
 *     the store; a single write may override it ({@link WriteBatch#ttlMillis}). Reads do not
 *     refresh it: on a replicated store a read must not become a write, and the engine refreshes
 *     lazily by writing (rule E)
 * @param tableClass how the table is used
 */
public record TableSpec(
    String namespace,
    String name,
    int maxKeyBytes,
    int maxValueBytes,
    @Nullable Duration idleTtl,
    TableClass tableClass) {

  /** Checks names and bounds. */
  public TableSpec {
    Names.check("table", name);
    Names.checkNamespace(namespace);
    if (maxKeyBytes < 1) {
      throw new IllegalArgumentException("maxKeyBytes " + maxKeyBytes + " < 1 in table " + name);
    }
    if (maxValueBytes < 0) {
      throw new IllegalArgumentException(
          "maxValueBytes " + maxValueBytes + " < 0 in table " + name);
    }
    if (idleTtl != null && (idleTtl.isNegative() || idleTtl.isZero())) {
      throw new IllegalArgumentException(
          "idleTtl " + idleTtl + " is not positive in table " + name);
    }
  }

  /**
   * A flow table in the default namespace without expiry.
   *
   * @param name the table's name
   * @param maxKeyBytes longest key
   * @param maxValueBytes longest value
   */
  public static TableSpec of(String name, int maxKeyBytes, int maxValueBytes) {
    return new TableSpec("", name, maxKeyBytes, maxValueBytes, null, TableClass.FLOW);
  }

  /**
   * The same table in another namespace.
   *
   * @param other the namespace
   */
  public TableSpec inNamespace(String other) {
    return new TableSpec(other, name, maxKeyBytes, maxValueBytes, idleTtl, tableClass);
  }

  /**
   * The same table with an idle time-to-live; needs {@link Feature#IDLE_TTL}.
   *
   * @param ttl time a record stays after its last successful write
   */
  public TableSpec withIdleTtl(Duration ttl) {
    return new TableSpec(namespace, name, maxKeyBytes, maxValueBytes, ttl, tableClass);
  }

  /**
   * The same table in another class.
   *
   * @param other how the table is used
   */
  public TableSpec as(TableClass other) {
    return new TableSpec(namespace, name, maxKeyBytes, maxValueBytes, idleTtl, other);
  }
}

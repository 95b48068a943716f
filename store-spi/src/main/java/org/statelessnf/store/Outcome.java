package org.statelessnf.store;

/**
 * What became of one slot of a batch (rule O). Outcomes are values, not exceptions: a network
 * function must decide what to do about each of them, packet by packet.
 *
 * <table>
 * <caption>What the caller should do</caption>
 * <tr><th>outcome</th><th>was it applied?</th><th>what to do</th></tr>
 * <tr><td>{@link #OK}</td><td>yes</td><td>go on</td></tr>
 * <tr><td>{@link #ABSENT}</td><td>nothing there</td><td>treat as no state</td></tr>
 * <tr><td>{@link #MISMATCH}</td><td>no</td><td>read again, decide again</td></tr>
 * <tr><td>{@link #TOO_LARGE}</td><td>no</td><td>a programming error or a hostile key</td></tr>
 * <tr><td>{@link #FULL}</td><td>no</td><td>refuse new state, keep the old</td></tr>
 * <tr><td>{@link #UNAVAILABLE}</td><td>certainly not</td><td>retry or apply the failure policy</td></tr>
 * <tr><td>{@link #UNKNOWN}</td><td>perhaps</td><td>read again; never assume either way</td></tr>
 * <tr><td>{@link #UNSUPPORTED}</td><td>no</td><td>the capability is not declared</td></tr>
 * </table>
 */
public enum Outcome {
  /** Not answered yet: the batch was not submitted or is in flight. Never seen on a done batch. */
  PENDING,
  /** Done; versions and values are those after the operation. */
  OK,
  /** There is no such record (or timer, or claim). */
  ABSENT,
  /**
   * The condition did not hold; nothing was changed. The slot's version is the current one (0 when
   * the record is absent), and the current value is given where the store can (capability {@link
   * Feature#MISMATCH_VALUE}).
   */
  MISMATCH,
  /** Key or value exceeds what the table or the store takes; nothing was changed. */
  TOO_LARGE,
  /** The store has no room for a new record; existing records are kept. */
  FULL,
  /** The store did not answer and the operation was certainly not applied. */
  UNAVAILABLE,
  /** The store did not answer in time; the operation may have been, or may yet be, applied. */
  UNKNOWN,
  /** The store does not declare this capability. */
  UNSUPPORTED;

  private static final Outcome[] VALUES = values();

  static Outcome of(int code) {
    return VALUES[code];
  }

  /** The code in {@link SlotLayout#OUTCOME}: {@code PENDING} is 0, the others follow in order. */
  @SuppressWarnings("EnumOrdinal") // the order is part of the layout
  public int code() {
    return ordinal();
  }
}

package org.statelessnf.store;

/** What a slot asks for. The codes are part of {@link SlotLayout}, for native backends. */
public enum Op {
  /** Read a record. */
  READ,
  /** Write whatever the current version is. */
  PUT,
  /** Write only if there is no record. */
  PUT_IF_ABSENT,
  /** Write only if the record has the expected version. */
  PUT_IF_VERSION,
  /** Remove whatever the current version is; {@link Outcome#ABSENT} if there is none. */
  REMOVE,
  /** Remove only if the record has the expected version. */
  REMOVE_IF_VERSION,
  /** Add to a 64-bit counter. */
  INCREMENT,
  /** Set a timer. */
  SCHEDULE,
  /** Move an existing timer, keeping its payload. */
  RESCHEDULE,
  /** Drop a timer. */
  CANCEL,
  /** Finish a claimed timer. */
  COMPLETE,
  /** Finish a claimed timer by setting it anew. */
  REARM,
  /** Claim due timers. */
  CLAIM,
  /** Add to a filter. */
  FILTER_ADD,
  /** Ask a filter. */
  FILTER_TEST,
  /** Start a new generation of a filter and drop the oldest. */
  FILTER_ROTATE;

  private static final Op[] VALUES = values();

  static Op of(int code) {
    return VALUES[code];
  }

  /** The code in {@link SlotLayout#OPERATION}. */
  @SuppressWarnings("EnumOrdinal") // the order is part of the layout
  public int code() {
    return ordinal();
  }
}

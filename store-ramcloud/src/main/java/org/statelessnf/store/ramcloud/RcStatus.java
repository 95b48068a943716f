package org.statelessnf.store.ramcloud;

/** RAMCloud's status codes, as far as they are told apart, and two of the native side's own. */
final class RcStatus {
  static final int OK = 0;
  static final int TABLE_DOESNT_EXIST = 2;
  static final int OBJECT_DOESNT_EXIST = 3;
  static final int OBJECT_EXISTS = 4;
  static final int WRONG_VERSION = 5;
  static final int NO_TABLE_SPACE = 6;

  /** An increment met a value that is not 8 bytes long. */
  static final int INVALID_OBJECT = 22;

  static final int REQUEST_TOO_LARGE = 27;

  /** The library has not said what became of it. */
  static final int NO_ANSWER = 1000;

  /** The client could not be made: nothing was sent. */
  static final int NOT_CONNECTED = 1002;

  private RcStatus() {}

  /** Whether a condition did not hold. */
  static boolean isRejected(int status) {
    return status == OBJECT_DOESNT_EXIST || status == OBJECT_EXISTS || status == WRONG_VERSION;
  }
}

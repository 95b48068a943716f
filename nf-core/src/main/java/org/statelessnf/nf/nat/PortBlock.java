package org.statelessnf.nf.nat;

import java.util.Arrays;

/**
 * A leased block of ports, and which of them are not worth a try. The bits are a hint, made from
 * the records when the block was leased; what counts is the claim.
 */
final class PortBlock {
  private final int number;
  private final int firstPort;
  private final int count;
  private final long[] used;
  private int free;
  private boolean touched = true;
  private long version;
  private long leaseEndMillis;

  /** A block all of whose ports count as used. */
  PortBlock(int number, int firstPort, int count) {
    this.number = number;
    this.firstPort = firstPort;
    this.count = count;
    this.used = new long[(count + 63) / 64];
    Arrays.fill(used, -1L);
  }

  int number() {
    return number;
  }

  int firstPort() {
    return firstPort;
  }

  int count() {
    return count;
  }

  /** Ports that are worth a try. */
  int free() {
    return free;
  }

  /** Marks a port as worth a try. */
  void free(int port) {
    int index = port - firstPort;
    long bit = 1L << index;
    if ((used[index >>> 6] & bit) != 0) {
      used[index >>> 6] &= ~bit;
      free++;
    }
  }

  /**
   * Takes a port.
   *
   * @param random where to begin to look
   * @return the port, or -1 if there is none
   */
  int take(int random) {
    touched = true;
    if (free == 0) {
      return -1;
    }
    int index = Integer.remainderUnsigned(random, count);
    while ((used[index >>> 6] & 1L << index) != 0) {
      index = index + 1 == count ? 0 : index + 1;
    }
    used[index >>> 6] |= 1L << index;
    free--;
    return firstPort + index;
  }

  /** Whether a port was asked for since the last call. */
  boolean clearTouched() {
    boolean was = touched;
    touched = false;
    return was;
  }

  /** Version of the block's record. */
  long version() {
    return version;
  }

  long leaseEndMillis() {
    return leaseEndMillis;
  }

  void leased(long newVersion, long endMillis) {
    version = newVersion;
    leaseEndMillis = endMillis;
  }
}

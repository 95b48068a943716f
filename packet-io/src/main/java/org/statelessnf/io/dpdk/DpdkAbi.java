package org.statelessnf.io.dpdk;

import java.util.List;

/**
 * Layouts that differ between DPDK's binary interfaces: {@code struct rte_eth_fp_ops}, one per
 * port, 128 bytes, in an exported array. The functions that receive and transmit bursts are inline
 * in C and call what is found there.
 *
 * <pre>
 *   major  releases             receive   its queues   transmit  its queues
 *   22-23  21.11, 22.11               0           24         64          88
 *   24-26  23.11, 24.11, 25.11       16            0         80          64
 * </pre>
 *
 * <p>Computed from the headers of those releases. An interface that is not listed is refused: a
 * wrong offset is a jump into the unknown.
 *
 * @param major number in the name of the shared libraries
 * @param receive offset of the function that receives
 * @param receiveQueues offset of the array of receive queues
 * @param transmit offset of the function that transmits
 * @param transmitQueues offset of the array of transmit queues
 */
record DpdkAbi(int major, long receive, long receiveQueues, long transmit, long transmitQueues) {
  static final long PORT_BYTES = 128;

  private static final int OLDEST = 22;
  private static final int REORDERED = 24;
  private static final int NEWEST = 26;

  /** Known interfaces, the newest first. */
  static List<Integer> known() {
    return List.of(26, 25, 24, 23, 22);
  }

  /**
   * The layouts of an interface.
   *
   * @throws DpdkException if it is not known
   */
  static DpdkAbi of(int major) {
    if (major < OLDEST || major > NEWEST) {
      throw new DpdkException(
          "DPDK with binary interface "
              + major
              + " is not known, only "
              + OLDEST
              + " (DPDK 21.11) to "
              + NEWEST
              + " (DPDK 25.11)");
    }
    return major < REORDERED
        ? new DpdkAbi(major, 0, 24, 64, 88)
        : new DpdkAbi(major, 16, 0, 80, 64);
  }
}

package org.statelessnf.io.dpdk;

import java.util.List;

/**
 * What is asked of DPDK besides bursts, in plain Java. Addresses are {@code long}.
 *
 * <p>Any thread; the implementation sees to it that DPDK is called by one. Whatever fails throws
 * {@link DpdkException} with DPDK's reason.
 */
interface Eal {
  /** As DPDK calls itself. */
  String version();

  /**
   * Starts the environment, once per process; later calls do nothing.
   *
   * @param arguments of {@code rte_eal_init}, without the program's name
   */
  void start(List<String> arguments);

  /**
   * Attaches a device.
   *
   * @param bus {@code vdev} or {@code pci}
   * @return its port number
   */
  int attach(String bus, String name, String arguments);

  /**
   * Attaches a device with drivers seeing another process id: for those that number something by it
   * which another process has numbered alike.
   *
   * @param number chooses the id, 1 to {@value PretendedProcessId#MAX}
   * @return its port number
   */
  int attachAs(int number, String bus, String name, String arguments);

  /** Detaches a closed device. */
  void detach(String bus, String name);

  /**
   * Makes a pool of packet buffers.
   *
   * @param dataBytes headroom and frame of each
   * @return its address
   */
  long createPool(String name, int buffers, int cacheBuffers, int dataBytes);

  /** Buffers in the pool, those in the threads' caches included. */
  int available(long pool);

  /** Frees a pool, of which no buffer may be out. */
  void freePool(long pool);

  /** Sets up a device's queues, equally many of both kinds, and starts it. */
  void startPort(int port, PortSetup setup);

  /** Stops a device and closes it: its queues give their buffers back. */
  void closePort(int port);

  /** What the device has counted. */
  DpdkStats stats(int port);

  /** The device's Ethernet address in the low 48 bits. */
  long macAddress(int port);

  /** Bytes of the longest IP packet. */
  int mtu(int port);

  /** The functions of a started device's queue. */
  BurstCalls bursts(int port, int queue, boolean systemCalls);

  /** The functions that free and copy packets. */
  PoolCalls poolCalls();

  /**
   * Gives the calling thread a number of DPDK's, and so a cache of buffers in each pool.
   *
   * @return whether there was one left
   */
  boolean registerThread();

  /**
   * How a device is set up.
   *
   * @param queues of each kind
   * @param spread whether the device is to spread flows over its queues
   * @param descriptors length of each ring
   * @param pool where received packets go
   * @param promiscuous whether frames to other stations are received
   */
  record PortSetup(int queues, boolean spread, int descriptors, long pool, boolean promiscuous) {}
}

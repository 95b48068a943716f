package org.statelessnf.io.dpdk;

import java.util.List;

/** Stands in where DPDK is not installed: whatever is asked of it, it says so. */
record MissingEal(String reason) implements Eal {
  private DpdkException missing() {
    return new DpdkException(reason);
  }

  @Override
  public String version() {
    throw missing();
  }

  @Override
  public void start(List<String> arguments) {
    throw missing();
  }

  @Override
  public int attach(String bus, String name, String arguments) {
    throw missing();
  }

  @Override
  public int attachAs(int number, String bus, String name, String arguments) {
    throw missing();
  }

  @Override
  public void detach(String bus, String name) {
    throw missing();
  }

  @Override
  public long createPool(String name, int buffers, int cacheBuffers, int dataBytes) {
    throw missing();
  }

  @Override
  public int available(long pool) {
    throw missing();
  }

  @Override
  public void freePool(long pool) {
    throw missing();
  }

  @Override
  public void startPort(int port, PortSetup setup) {
    throw missing();
  }

  @Override
  public void closePort(int port) {
    throw missing();
  }

  @Override
  public DpdkStats stats(int port) {
    throw missing();
  }

  @Override
  public long macAddress(int port) {
    throw missing();
  }

  @Override
  public int mtu(int port) {
    throw missing();
  }

  @Override
  public BurstCalls bursts(int port, int queue, boolean systemCalls) {
    throw missing();
  }

  @Override
  public PoolCalls poolCalls() {
    throw missing();
  }

  @Override
  public boolean registerThread() {
    throw missing();
  }
}

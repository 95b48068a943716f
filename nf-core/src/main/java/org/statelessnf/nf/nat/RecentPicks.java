package org.statelessnf.nf.nat;

/**
 * Which port was picked last for an inside endpoint. A step that is processed again thereby tries
 * the port that it has claimed already, and does not leave a trail of claims. A hint: an entry that
 * was overwritten costs a port for the length of a timeout, nothing else.
 */
final class RecentPicks {
  private static final int SLOTS = 4_096;

  private final long[] endpoints = new long[SLOTS];
  private final int[] ports = new int[SLOTS];

  /** The port, or -1. */
  int get(int protocol, int address, int port) {
    long endpoint = endpoint(protocol, address, port);
    int slot = slot(endpoint);
    return endpoints[slot] == endpoint ? ports[slot] : -1;
  }

  void put(int protocol, int address, int port, int picked) {
    long endpoint = endpoint(protocol, address, port);
    int slot = slot(endpoint);
    endpoints[slot] = endpoint;
    ports[slot] = picked;
  }

  void forget(int protocol, int address, int port) {
    long endpoint = endpoint(protocol, address, port);
    int slot = slot(endpoint);
    if (endpoints[slot] == endpoint) {
      endpoints[slot] = 0;
    }
  }

  /** Never 0, because no protocol of the NAT is. */
  private static long endpoint(int protocol, int address, int port) {
    return (long) protocol << 48 | (address & 0xffff_ffffL) << 16 | port;
  }

  private static int slot(long endpoint) {
    return (int) Mix.of(endpoint) & (SLOTS - 1);
  }
}

package org.statelessnf.io.wire;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Tells the neighbours of a router's interface, when it begins, that its addresses are here now: by
 * ARP announcements (RFC 5227 section 3) and unsolicited neighbour advertisements (RFC 4861 section
 * 7.2.6). So a router that takes another one's addresses over is found at once, not only when the
 * neighbours begin to doubt what they know.
 *
 * <p>All addresses, {@value #ROUNDS} times, at most {@value #BURST} at a time. Of a pool with more
 * than {@value #MAX_ADDRESSES} the rest is left to the neighbours' doubts. One thread.
 */
final class Announcements {
  static final int ROUNDS = 3;
  static final int BURST = 32;
  static final int MAX_ADDRESSES = 1_024;
  private static final long PERIOD_NANOS = 1_000_000_000L;

  private final RouterInterface config;
  private final AddressSet.Visitor announcer;
  private final Queue<Address> left = new ArrayDeque<>();
  private int rounds;
  private long nextRoundNanos;

  private record Address(long high, long low) {}

  /**
   * None made yet.
   *
   * @param announcer sends one
   * @param nowNanos when the first are due
   */
  Announcements(RouterInterface config, AddressSet.Visitor announcer, long nowNanos) {
    this.config = config;
    this.announcer = announcer;
    this.nextRoundNanos = nowNanos;
  }

  /** Sends what is due. */
  void advance(long nowNanos) {
    if (left.isEmpty() && rounds < ROUNDS && nowNanos - nextRoundNanos >= 0) {
      rounds++;
      nextRoundNanos = nowNanos + PERIOD_NANOS;
      config.addresses().forEach(own -> add(own.high(), own.low()));
      config.answered().forEach(this::add);
    }
    for (int i = 0; i < BURST && !left.isEmpty(); i++) {
      Address address = left.remove();
      announcer.visit(address.high, address.low);
    }
  }

  private void add(long high, long low) {
    if (left.size() < MAX_ADDRESSES) {
      left.add(new Address(high, low));
    }
  }
}

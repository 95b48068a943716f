package org.statelessnf.nf.nat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.IpProtocol;

/**
 * Proposes external ports, out of the blocks that {@link BlockLeases} got. What it proposes is
 * worth a try and no more: a port belongs to whoever created its reverse record.
 *
 * <p>Ports come out of a block in an order that is hard to guess from outside, as far as a block
 * goes (RFC 7857 section 9, RFC 6056).
 */
final class PortAllocator {
  /** There may be free ports, but no block is leased: housekeeping is needed. */
  static final int NEEDS_BLOCK = -1;

  /** All blocks were looked through and have no free port. */
  static final int EXHAUSTED = -2;

  private static final int PROTOCOLS = 3;

  private final @Nullable Range[] ranges;
  private final List<Range> active = new ArrayList<>();
  private final RecentPicks recent = new RecentPicks();
  private final SplittableRandom random;

  /** The ports of one external address and protocol, as far as this instance knows. */
  static final class Range {
    final int address;
    final int protocol;
    @Nullable PortBlock current;
    @Nullable PortBlock spare;

    /** A port was asked for in vain. */
    boolean wanted;

    boolean exhausted;
    long exhaustedAtNanos;
    long exhaustedAtMillis;

    /** By block: when it was found full, by packet time; made when first needed. */
    long @Nullable [] fullSince;

    Range(int address, int protocol) {
      this.address = address;
      this.protocol = protocol;
    }

    /** Whether another block should be at hand soon. */
    boolean isLow() {
      PortBlock block = current;
      return wanted || (block != null && spare == null && block.free() < block.count() / 4);
    }

    private int take(int random) {
      PortBlock block = current;
      if (block != null && block.free() == 0 && spare != null) {
        PortBlock full = block;
        block = spare;
        current = block;
        spare = full; // to be given back by housekeeping
      }
      return block == null ? -1 : block.take(random);
    }
  }

  /**
   * For one pipe.
   *
   * @param addresses how many external addresses there are
   * @param seed of the order of ports
   */
  PortAllocator(int addresses, long seed) {
    this.ranges = new Range[addresses * PROTOCOLS];
    this.random = new SplittableRandom(seed);
  }

  /** Ranges that were ever asked for a port. */
  List<Range> active() {
    return active;
  }

  int random(int bound) {
    return random.nextInt(bound);
  }

  /**
   * Proposes a port for an inside endpoint; the same one as before until {@link #forget}.
   *
   * @return a port, {@link #NEEDS_BLOCK} or {@link #EXHAUSTED}
   */
  int pick(int poolIndex, int externalAddress, int protocol, int address, int port) {
    int before = recent.get(protocol, address, port);
    if (before >= 0) {
      return before;
    }
    Range range = range(poolIndex, externalAddress, protocol);
    int picked = range.take(random.nextInt());
    if (picked < 0) {
      range.wanted = true;
      return range.exhausted ? EXHAUSTED : NEEDS_BLOCK;
    }
    recent.put(protocol, address, port, picked);
    return picked;
  }

  /** What {@link #pick} proposed last for an inside endpoint, or -1. */
  int recentPick(int protocol, int address, int port) {
    return recent.get(protocol, address, port);
  }

  /** The proposed port is another's: not to be proposed again. */
  void forget(int protocol, int address, int port) {
    recent.forget(protocol, address, port);
  }

  private Range range(int poolIndex, int externalAddress, int protocol) {
    int index =
        poolIndex * PROTOCOLS
            + switch (protocol) {
              case IpProtocol.TCP -> 0;
              case IpProtocol.UDP -> 1;
              default -> 2;
            };
    Range range = ranges[index];
    if (range == null) {
      range = new Range(externalAddress, protocol);
      ranges[index] = range;
      active.add(range);
    }
    return range;
  }
}

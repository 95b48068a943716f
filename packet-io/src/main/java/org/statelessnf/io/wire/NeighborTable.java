package org.statelessnf.io.wire;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;

/**
 * Hardware addresses of neighbours by IP address, and the packets that wait for one. Soft state of
 * one process: whatever is lost is asked for again.
 *
 * <pre>
 *   unknown --hold--&gt; asked --answer--&gt; known --{@value #CONFIRM_SECONDS} s without news--&gt; known, asked again
 *                       |                                          |
 *                       +--- {@value #TRIES} times no answer --------------------+--&gt; forgotten; what waits is dropped
 * </pre>
 *
 * <p>An address that is being confirmed is used meanwhile, so a router under load never waits (RFC
 * 4861 section 7.3.3 has this as DELAY and PROBE; RFC 1122 section 2.3.2.1 asks that stale ARP
 * entries go). One thread. A look-up does not allocate.
 */
final class NeighborTable {
  /** Answer of {@link #lookup} when the hardware address is not known. */
  static final long UNKNOWN = -1;

  static final int CONFIRM_SECONDS = 30;
  static final int TRIES = 3;

  /** Neighbours at most: a full table makes room by forgetting the one not used for longest. */
  static final int MAX_NEIGHBORS = 4096;

  /** Packets that may wait for one neighbour; the oldest makes room. */
  static final int MAX_HELD = 32;

  /** Packets that may wait for all neighbours. */
  static final int MAX_HELD_ALL = 256;

  private static final long SECOND = 1_000_000_000L;
  private static final long CONFIRM_NANOS = CONFIRM_SECONDS * SECOND;
  private static final long RETRY_NANOS = SECOND;

  /** What the table has done by others. Called on the table's thread. */
  interface Link {
    /**
     * Asks who has an address.
     *
     * @param mac hardware address to ask, or {@link #UNKNOWN} to ask all
     */
    void ask(long high, long low, long mac);

    /** Sends a packet that has waited. */
    void resolved(Packet packet, long mac);

    /** Gives up a packet that has waited. */
    void unresolved(Packet packet);
  }

  private static final class Neighbor {
    final long high;
    final long low;
    long mac = UNKNOWN;
    long confirmedNanos;
    long askedNanos;
    int tries;
    long usedNanos;
    final ArrayDeque<Packet> held = new ArrayDeque<>(0);

    Neighbor(long high, long low) {
      this.high = high;
      this.low = low;
    }
  }

  private final Link link;
  private @Nullable Neighbor[] slots = new @Nullable Neighbor[64];
  private int size;
  private int heldAll;
  private @Nullable Neighbor last;

  NeighborTable(Link link) {
    this.link = link;
  }

  int size() {
    return size;
  }

  int held() {
    return heldAll;
  }

  /**
   * The hardware address of a neighbour.
   *
   * @return {@link #UNKNOWN} if it is not known: {@link #hold} the packet
   */
  long lookup(long high, long low, long nowNanos) {
    Neighbor neighbor = last;
    if (neighbor == null || neighbor.low != low || neighbor.high != high) {
      neighbor = find(high, low);
      if (neighbor == null) {
        return UNKNOWN;
      }
      last = neighbor;
    }
    if (neighbor.mac != UNKNOWN) {
      neighbor.usedNanos = nowNanos;
      if (nowNanos - neighbor.confirmedNanos > CONFIRM_NANOS) {
        confirm(neighbor, nowNanos);
      }
    }
    return neighbor.mac;
  }

  private void confirm(Neighbor neighbor, long nowNanos) {
    if (nowNanos - neighbor.askedNanos < RETRY_NANOS) {
      return;
    }
    if (neighbor.tries >= TRIES) {
      neighbor.mac = UNKNOWN;
      neighbor.tries = 0;
      return;
    }
    neighbor.tries++;
    neighbor.askedNanos = nowNanos;
    link.ask(neighbor.high, neighbor.low, neighbor.mac);
  }

  /** Takes a packet whose next hop is not known, and asks for it. The packet is the table's now. */
  void hold(long high, long low, Packet packet, long nowNanos) {
    Neighbor neighbor = findOrAdd(high, low, nowNanos);
    neighbor.usedNanos = nowNanos;
    if (neighbor.held.size() >= MAX_HELD) {
      giveUp(neighbor.held.removeFirst());
    } else if (heldAll >= MAX_HELD_ALL) {
      link.unresolved(packet);
      return;
    }
    neighbor.held.addLast(packet);
    heldAll++;
    if (neighbor.tries == 0) {
      neighbor.tries = 1;
      neighbor.askedNanos = nowNanos;
      link.ask(high, low, UNKNOWN);
    }
  }

  /**
   * Notes what a neighbour says of itself; packets that waited for it leave.
   *
   * @param create whether an unknown neighbour is worth an entry
   */
  void learn(long high, long low, long mac, long nowNanos, boolean create) {
    Neighbor neighbor = find(high, low);
    if (neighbor == null) {
      if (!create) {
        return;
      }
      neighbor = findOrAdd(high, low, nowNanos);
    }
    neighbor.mac = mac;
    neighbor.confirmedNanos = nowNanos;
    neighbor.tries = 0;
    while (!neighbor.held.isEmpty()) {
      heldAll--;
      link.resolved(neighbor.held.removeFirst(), mac);
    }
  }

  /** Asks again where nobody answered, and gives up after the last try. Every second or oftener. */
  void maintain(long nowNanos) {
    for (int i = 0; i < slots.length; i++) {
      Neighbor neighbor = slots[i];
      if (neighbor == null
          || neighbor.mac != UNKNOWN
          || neighbor.tries == 0
          || nowNanos - neighbor.askedNanos < RETRY_NANOS) {
        continue;
      }
      if (neighbor.tries < TRIES && !neighbor.held.isEmpty()) {
        neighbor.tries++;
        neighbor.askedNanos = nowNanos;
        link.ask(neighbor.high, neighbor.low, UNKNOWN);
      } else {
        neighbor.tries = 0;
        giveUpAll(neighbor);
      }
    }
  }

  /** Gives up all packets that wait. */
  void clear() {
    for (Neighbor neighbor : slots) {
      if (neighbor != null) {
        giveUpAll(neighbor);
      }
    }
    Arrays.fill(slots, null);
    size = 0;
    last = null;
  }

  private void giveUpAll(Neighbor neighbor) {
    while (!neighbor.held.isEmpty()) {
      giveUp(neighbor.held.removeFirst());
    }
  }

  private void giveUp(Packet packet) {
    heldAll--;
    link.unresolved(packet);
  }

  // --- the hash table: open addressing, linear probing, never more than half full ---

  private @Nullable Neighbor find(long high, long low) {
    @Nullable Neighbor[] all = slots;
    for (int i = slot(high, low, all.length); ; i = (i + 1) & (all.length - 1)) {
      Neighbor neighbor = all[i];
      if (neighbor == null || (neighbor.low == low && neighbor.high == high)) {
        return neighbor;
      }
    }
  }

  private Neighbor findOrAdd(long high, long low, long nowNanos) {
    Neighbor found = find(high, low);
    if (found != null) {
      return found;
    }
    if (size == MAX_NEIGHBORS) {
      forgetOne();
    } else if (2 * (size + 1) > slots.length) {
      rebuild(slots.length * 2, null);
    }
    Neighbor added = new Neighbor(high, low);
    added.usedNanos = nowNanos;
    put(added);
    size++;
    return added;
  }

  private void forgetOne() {
    Neighbor oldest = null;
    for (Neighbor neighbor : slots) {
      if (neighbor != null && (oldest == null || neighbor.usedNanos - oldest.usedNanos < 0)) {
        oldest = neighbor;
      }
    }
    if (oldest != null) {
      giveUpAll(oldest);
      rebuild(slots.length, oldest);
      size--;
    }
  }

  private void rebuild(int length, @Nullable Neighbor without) {
    @Nullable Neighbor[] old = slots;
    slots = new @Nullable Neighbor[length];
    last = null;
    for (Neighbor neighbor : old) {
      if (neighbor != null && neighbor != without) {
        put(neighbor);
      }
    }
  }

  private void put(Neighbor neighbor) {
    int i = slot(neighbor.high, neighbor.low, slots.length);
    while (slots[i] != null) {
      i = (i + 1) & (slots.length - 1);
    }
    slots[i] = neighbor;
  }

  private static int slot(long high, long low, int length) {
    long mixed = (high * 0x9e37_79b9_7f4a_7c15L ^ low) * 0xd6e8_feb8_6659_fd93L;
    return (int) (mixed >>> 40) & (length - 1);
  }
}

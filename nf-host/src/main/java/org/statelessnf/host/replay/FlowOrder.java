package org.statelessnf.host.replay;

import java.util.Arrays;

/**
 * Causality: which packets may be handed out now. In a live network a packet follows from those
 * before it (a reply from its request, data from the handshake), so it is not on its way before
 * they have left. A packet therefore waits while an earlier one of its flow is under way in another
 * lane; in the same lane the pipe keeps the order.
 *
 * <p>Flows are told apart by some bits of their hash. Two flows that fall together delay each other
 * and nothing else.
 *
 * <pre>
 *   flow   | under way: count and lane |  waiting: s4 -> s9 -> s12, in the order of the capture
 * </pre>
 *
 * <p>Packets are known by the slot of their buffer. One thread only.
 */
final class FlowOrder {
  private static final int BITS = 16;
  private static final int FLOWS = 1 << BITS;
  private static final int NONE = -1;

  private final int[] underWay = new int[FLOWS];
  private final int[] underWayLane = new int[FLOWS];
  private final boolean[] underWaySide = new boolean[FLOWS];
  private final int[] firstWaiting = new int[FLOWS];
  private final int[] lastWaiting = new int[FLOWS];
  private final int[] flowOf;
  private final boolean[] sideOf;
  private final boolean repliesWait;
  private final int[] nextWaiting;
  private int waitingCount;
  private int underWayCount;

  /**
   * An empty order.
   *
   * @param slots packets are numbered below this
   * @param repliesWait whether a packet also waits for those of the other side in its own lane
   */
  FlowOrder(int slots, boolean repliesWait) {
    this.repliesWait = repliesWait;
    this.flowOf = new int[slots];
    this.sideOf = new boolean[slots];
    this.nextWaiting = new int[slots];
    Arrays.fill(firstWaiting, NONE);
  }

  /**
   * Says what a packet belongs to, before anything else is asked about it.
   *
   * @param flowHash of its flow
   * @param side which of the two ends sends it, by any rule
   */
  void identify(int slot, long flowHash, boolean side) {
    flowOf[slot] = (int) (flowHash >>> (Long.SIZE - BITS));
    sideOf[slot] = side;
  }

  /** Whether a packet of the capture's front may be handed to a lane now. */
  boolean isFree(int slot, int lane) {
    return firstWaiting[flowOf[slot]] == NONE && isNext(slot, lane);
  }

  /** Whether a packet that waits first in its flow may be handed to a lane now. */
  boolean isNext(int slot, int lane) {
    int flow = flowOf[slot];
    return underWay[flow] == 0
        || (underWayLane[flow] == lane && !(repliesWait && underWaySide[flow] != sideOf[slot]));
  }

  /** A packet is handed to a lane. */
  void depart(int slot, int lane) {
    int flow = flowOf[slot];
    if (underWay[flow] > 0 && underWayLane[flow] != lane) {
      throw new IllegalStateException(
          "flow %d goes to lane %d while %d packets are in lane %d"
              .formatted(flow, lane, underWay[flow], underWayLane[flow]));
    }
    underWay[flow]++;
    underWayLane[flow] = lane;
    underWaySide[flow] = sideOf[slot];
    underWayCount++;
  }

  /** A packet has left its lane, sent or dropped or lost. */
  void arrive(int slot) {
    int flow = flowOf[slot];
    if (underWay[flow] == 0) {
      throw new IllegalStateException("flow " + flow + " has no packet under way");
    }
    underWay[flow]--;
    underWayCount--;
  }

  /** A packet has to wait behind those of its flow. */
  void await(int slot) {
    int flow = flowOf[slot];
    nextWaiting[slot] = NONE;
    if (firstWaiting[flow] == NONE) {
      firstWaiting[flow] = slot;
    } else {
      nextWaiting[lastWaiting[flow]] = slot;
    }
    lastWaiting[flow] = slot;
    waitingCount++;
  }

  /** The packet that waits first in the flow of another one; -1 if none does. */
  int firstWaiting(int slotOfFlow) {
    return firstWaiting[flowOf[slotOfFlow]];
  }

  /** Takes the packet that waits first in its flow out of the queue. */
  void takeFirstWaiting(int slot) {
    int flow = flowOf[slot];
    if (firstWaiting[flow] != slot) {
      throw new IllegalStateException("packet " + slot + " is not the first to wait");
    }
    firstWaiting[flow] = nextWaiting[slot];
    waitingCount--;
  }

  /** Packets that wait. */
  int waiting() {
    return waitingCount;
  }

  /** Packets handed out that have not left their lane. */
  int underWay() {
    return underWayCount;
  }
}

package org.statelessnf.host.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.replay.ReplayConfig.KillMode;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;

/**
 * Decides which packet goes to which lane and when: spray, causality, bounded reading ahead, and
 * whose turn it is to die.
 *
 * <p>Packets are {@link #present presented} in the order of the source. One that is {@link #admits
 * admitted} is {@link #place placed}: it may depart at once, or waits until the packets of its flow
 * that are in other lanes have arrived. One thread only.
 */
final class Dealer {
  /** Packets that wait for others of their flow at most; more are not read meanwhile. */
  private static final int MAX_WAITING = 1024;

  private static final int MAX_BUFFERS = 1 << 14;

  /** A kill that finds no good moment comes after so many further packets anyway. */
  private static final long KILL_PATIENCE = 4096;

  private static final int NOWHERE = -1;

  private final ReplayConfig config;
  private final List<Lane> lanes;
  private final int laneDepth;
  private final FlowIdentity identity = new FlowIdentity();
  private final FlowOrder order;
  private final @Nullable TurnWatch turnWatch;
  private final @Nullable Packet[] packets;
  private final int[] laneOf;
  private final boolean[] turn;
  private final boolean[] waits;

  // The packet presented.
  private boolean needsQuiet;
  private boolean goesAlone;
  private boolean identified;
  private long flowHash;
  private int chosenLane;

  private int turnCounter;
  private boolean loneUnderWay;
  private long dealt;
  private long discarded;
  private int victim = NOWHERE;
  private ReplayResult.@Nullable Kill kill;

  Dealer(ReplayConfig config, Fleet fleet, int slots) {
    this.config = config;
    this.lanes = fleet.lanes();
    this.laneDepth = depth(config);
    this.order = new FlowOrder(slots, config.repliesWait());
    this.packets = new Packet[slots];
    this.laneOf = new int[slots];
    this.turn = new boolean[slots];
    this.waits = new boolean[slots];
    boolean watch = config.killAfterPackets() > 0 && config.killMode() == KillMode.BETWEEN_TURNS;
    this.turnWatch = watch ? new TurnWatch() : null;
  }

  /** Packets that keep a pipe busy: what is in flight at the store, and the next batch. */
  private static int depth(ReplayConfig config) {
    return config.pipe().maxBatch() * (config.pipe().batchesInFlight() + 1);
  }

  /** Buffers that a replay needs for frames of usual size. */
  static int buffers(ReplayConfig config) {
    return (int) Math.min(MAX_BUFFERS, (long) config.lanes() * depth(config) + 2L * MAX_WAITING);
  }

  // --- the next packet of the source ---

  /** The next packet of the source, parsed. */
  void present(Packet packet) {
    needsQuiet = identity.needsQuiet(packet);
    goesAlone = identity.goesAlone(packet);
    identified = false;
    chosenLane = NOWHERE;
  }

  /** Whether the packet presented may be placed now; if not, ask again later. */
  boolean admits(Packet packet) {
    if (loneUnderWay) {
      if (!isQuiet()) {
        return false;
      }
      loneUnderWay = false;
    }
    if ((needsQuiet && !isQuiet()) || order.waiting() >= MAX_WAITING) {
      return false;
    }
    if (!identified) {
      flowHash = identity.of(packet);
      identified = true;
    }
    if (chosenLane == NOWHERE || !lanes.get(chosenLane).open) {
      chosenLane = choose(flowHash);
    }
    return lanes.get(chosenLane).underWay < laneDepth;
  }

  /**
   * Places the packet that was admitted.
   *
   * @return true if it is to depart now; false if it waits
   */
  boolean place(Packet packet) {
    int slot = packet.slot();
    packets[slot] = packet;
    laneOf[slot] = chosenLane;
    turn[slot] = turnWatch != null && kill == null && turnWatch.isTurn(packet, flowHash);
    loneUnderWay = goesAlone;
    order.identify(slot, flowHash, packet.hasAddresses() && FlowKeys.sourceFirst(packet));
    if (order.isFree(slot, lane(slot))) {
      return true;
    }
    order.await(slot);
    waits[slot] = true;
    return false;
  }

  private int choose(long hash) {
    if (config.spray() == Spray.FLOW) {
      return openLane((int) Long.remainderUnsigned(hash, lanes.size()));
    }
    int lane = openLane(turnCounter);
    turnCounter = (lane + 1) % lanes.size();
    return lane;
  }

  /** The first open lane from a given one on. */
  private int openLane(int from) {
    int lane = from;
    while (!lanes.get(lane).open) {
      lane = (lane + 1) % lanes.size();
    }
    return lane;
  }

  /** The lane of a packet that has not departed; another one if its own was closed. */
  private int lane(int slot) {
    int lane = openLane(laneOf[slot]);
    if (turn[slot] && isKillPending()) {
      // What must not be lost goes past the instance that is about to die.
      while (lanes.get(lane).instanceIndex == victim) {
        lane = openLane((lane + 1) % lanes.size());
      }
    }
    laneOf[slot] = lane;
    return lane;
  }

  // --- departure and arrival ---

  /** A packet departs; answers the lane it is to be offered to. */
  Lane depart(Packet packet) {
    int slot = packet.slot();
    Lane lane = lanes.get(laneOf[slot]);
    order.depart(slot, lane.index);
    lane.dealt++;
    lane.underWay++;
    if (turn[slot]) {
      lane.turns++;
    }
    if (++dealt == config.killAfterPackets()) {
      victim = lane.instanceIndex;
    }
    return lane;
  }

  /** A packet has been released: written, dropped, lost or discarded. */
  void arrived(Packet packet) {
    int slot = packet.slot();
    if (laneOf[slot] == NOWHERE) {
      return;
    }
    Lane lane = lanes.get(laneOf[slot]);
    lane.underWay--;
    if (turn[slot]) {
      lane.turns--;
    }
    order.arrive(slot);
  }

  /** The next packet that has waited for one that arrived, and is to depart now; null if none. */
  @Nullable Packet takeWaiting(Packet arrived) {
    int slot = order.firstWaiting(arrived.slot());
    if (slot < 0 || !order.isNext(slot, lane(slot))) {
      return null;
    }
    order.takeFirstWaiting(slot);
    waits[slot] = false;
    return packets[slot];
  }

  /** Gives up a packet that was presented and not placed. */
  void discard(Packet packet) {
    laneOf[packet.slot()] = NOWHERE;
    discarded++;
    packet.release();
  }

  /** Gives up all packets that wait. */
  void discardWaiting() {
    for (int slot = 0; slot < waits.length; slot++) {
      if (waits[slot]) {
        for (int first = order.firstWaiting(slot); first >= 0; first = order.firstWaiting(slot)) {
          order.takeFirstWaiting(first);
          waits[first] = false;
          Packet packet = packets[first];
          if (packet != null) {
            discard(packet);
          }
        }
      }
    }
  }

  /** Whether no packet is under way and none waits. */
  boolean isQuiet() {
    return order.underWay() == 0 && order.waiting() == 0;
  }

  /** Packets dealt so far. */
  long dealt() {
    return dealt;
  }

  /** Packets read and not dealt because the replay was stopped. */
  long discarded() {
    return discarded;
  }

  // --- the kill ---

  private boolean isKillPending() {
    return victim != NOWHERE && kill == null;
  }

  /** Whether an instance is to be killed now, just after a packet was offered to a lane. */
  boolean isKillDue(Lane lane) {
    if (!isKillPending() || lane.instanceIndex != victim) {
      return false;
    }
    if (config.killMode() == KillMode.AT_ONCE
        || dealt >= config.killAfterPackets() + KILL_PATIENCE) {
      return true;
    }
    for (Lane each : lanes) {
      if (each.instanceIndex == victim && each.turns > 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the kill was to come and found no moment before the end. */
  boolean isKillOverdue() {
    return isKillPending();
  }

  /** Index of the instance to be killed. */
  int victim() {
    return victim;
  }

  /** The instance was killed. */
  void killed(String instance, long lost) {
    kill = new ReplayResult.Kill(instance, dealt, lost);
  }

  /** The kill, if there was one. */
  ReplayResult.@Nullable Kill kill() {
    return kill;
  }
}

package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;

/**
 * The external endpoint of a packet from inside: finds the mapping of its source, keeps it fresh,
 * or makes it. The rules are told in {@link Nat}.
 */
final class SourceTranslation {
  /** Longest time between a claim and the attempt that finds it lost, by packet time. */
  private static final long LOST_CLAIM_NANOS = 1_000_000_000;

  private final NatConfig config;
  private final NatTables tables;
  private final Lifetimes lifetimes;
  private final PortAllocator ports;
  private int externalAddress;
  private int externalPort;

  SourceTranslation(NatConfig config, NatTables tables, Lifetimes lifetimes, PortAllocator ports) {
    this.config = config;
    this.tables = tables;
    this.lifetimes = lifetimes;
    this.ports = ports;
  }

  /** The address that {@link #find} found. */
  int externalAddress() {
    return externalAddress;
  }

  /** The port that {@link #find} found. */
  int externalPort() {
    return externalPort;
  }

  /**
   * Finds or makes the mapping of the packet's source.
   *
   * @param forward the source's forward record
   * @return false if the step has its verdict, or is to be called again
   */
  boolean find(Packet packet, Step step, StagedRecord forward) {
    MemorySegment memory = forward.memory();
    long at = forward.offset();
    if (forward.exists() && config.pool().contains(MappingRecord.peerAddress(memory, at))) {
      take(forward);
      int next = next(packet, forward);
      // Not in a further attempt: the one before may have refreshed this record, and failed to
      // refresh the reverse record.
      if (step.attempt() == 0 && next == current(forward) && isBelieved(forward, step.nowNanos())) {
        return true;
      }
      StagedRecord reverse =
          tables.fetch(step, tables.reverse, packet.protocol(), externalAddress, externalPort);
      if (reverse == null) {
        return false;
      }
      if (belongsTo(reverse, packet) && isWorthRenewing(packet, step, forward, reverse)) {
        return (step.attempt() == 0 || releaseLostClaim(packet, step))
            && renew(packet, step, forward, reverse, next);
      }
    }
    return make(packet, step, forward);
  }

  /** State, flags and {@link MappingState#NEW_REMOTE} that the packet leads to. */
  private static int next(Packet packet, StagedRecord forward) {
    if (packet.protocol() != IpProtocol.TCP) {
      return current(forward);
    }
    MemorySegment memory = forward.memory();
    long at = forward.offset();
    return MappingState.afterOutbound(
        MappingRecord.state(memory, at),
        MappingRecord.flags(memory, at),
        packet.tcpFlags(),
        MappingRecord.hasRemote(memory, at, Route.destination(packet), packet.destinationPort()));
  }

  private static int current(StagedRecord record) {
    MemorySegment memory = record.memory();
    long at = record.offset();
    return MappingState.pack(MappingRecord.state(memory, at), MappingRecord.flags(memory, at));
  }

  private boolean isBelieved(StagedRecord forward, long nowNanos) {
    MemorySegment memory = forward.memory();
    long at = forward.offset();
    return nowNanos - MappingRecord.lastSeenNanos(memory, at)
        <= lifetimes.leaseNanos(MappingRecord.state(memory, at));
  }

  private static boolean belongsTo(StagedRecord reverse, Packet packet) {
    return reverse.exists()
        && MappingRecord.hasPeer(
            reverse.memory(), reverse.offset(), Route.source(packet), packet.sourcePort());
  }

  private void take(StagedRecord forward) {
    externalAddress = MappingRecord.peerAddress(forward.memory(), forward.offset());
    externalPort = MappingRecord.peerPort(forward.memory(), forward.offset());
  }

  /**
   * If an earlier attempt claimed a port, and then another instance's mapping of the same source
   * won, the port goes back. It was never used, so it need not rest. (One that was claimed long ago
   * was used, and is left to its timer.)
   *
   * @return false if the step is to be called again
   */
  private boolean releaseLostClaim(Packet packet, Step step) {
    int port = ports.recentPick(packet.protocol(), Route.source(packet), packet.sourcePort());
    if (port < 0 || port == externalPort) {
      return true;
    }
    StagedRecord lost =
        tables.fetch(step, tables.reverse, packet.protocol(), externalAddress, port);
    if (lost == null) {
      return false;
    }
    if (belongsTo(lost, packet)
        && isRecent(MappingRecord.lastSeenNanos(lost.memory(), lost.offset()), step.nowNanos())) {
      lost.remove();
    }
    return true;
  }

  /** Whether a claim is of an earlier attempt, not of an earlier mapping. */
  private static boolean isRecent(long claimedNanos, long nowNanos) {
    return Math.abs(nowNanos - claimedNanos) <= LOST_CLAIM_NANOS;
  }

  /**
   * Whether the reverse record, which is ours, has time left for a lease, or the forward record has
   * been refreshed already and it is next. If neither is the case, the timer may be at work on
   * both.
   */
  private boolean isWorthRenewing(
      Packet packet, Step step, StagedRecord forward, StagedRecord reverse) {
    long now = step.nowNanos();
    return lifetimes.isAlive(reverse, now)
        || lifetimes.covers(reverse, now, MappingState.initial(packet.protocol()))
        || MappingRecord.lastSeenNanos(forward.memory(), forward.offset())
            > MappingRecord.lastSeenNanos(reverse.memory(), reverse.offset());
  }

  /** The reverse record was seen to be ours: time and state into both records. */
  private boolean renew(
      Packet packet, Step step, StagedRecord forward, StagedRecord reverse, int next) {
    long now = step.nowNanos();
    boolean alive = lifetimes.isAlive(reverse, now);
    if (!alive && !mayStart(packet)) {
      step.drop(DropReason.INVALID_STATE);
      return false;
    }
    boolean isReset =
        packet.protocol() == IpProtocol.TCP && (packet.tcpFlags() & TcpHeader.RST) != 0;
    if (isReset && next == current(forward)) {
      // RFC 7857 section 7: a reset does not keep a mapping alive. As nothing is written, nothing
      // tells whether the two records were read at one time: both must say that it lives.
      if (alive && lifetimes.isAlive(forward, now)) {
        return true;
      }
      step.drop(DropReason.INVALID_STATE);
      return false;
    }
    long forwardSeen = MappingRecord.lastSeenNanos(forward.memory(), forward.offset());
    long reverseSeen = MappingRecord.lastSeenNanos(reverse.memory(), reverse.offset());
    int packed = alive ? next : MappingState.pack(MappingState.initial(packet.protocol()), 0);
    boolean newRemote = !alive || (next & MappingState.NEW_REMOTE) != 0;
    boolean newTimeout =
        !alive || MappingState.state(packed) != MappingState.state(current(forward));
    if (lifetimes.covers(reverse, now, MappingState.state(packed))) {
      long lastSeen = Math.max(now, Math.max(forwardSeen, reverseSeen));
      put(forward, packet, lastSeen, packed, newRemote);
      put(reverse, packet, lastSeen, packed, newRemote);
    } else {
      put(reverse, packet, Math.max(now, forwardSeen), packed, newRemote);
    }
    if (newTimeout) {
      step.armTimer(reverse, lifetimes.millisToFree(reverse, now));
    }
    return true;
  }

  private static void put(
      StagedRecord record, Packet packet, long lastSeen, int packed, boolean newRemote) {
    long at = record.write(MappingRecord.LENGTH);
    MemorySegment memory = record.memory();
    MappingRecord.lastSeenNanos(memory, at, lastSeen);
    MappingRecord.state(memory, at, MappingState.state(packed), MappingState.flags(packed));
    if (newRemote) {
      boolean tcp = packet.protocol() == IpProtocol.TCP;
      MappingRecord.remote(
          memory, at, tcp ? Route.destination(packet) : 0, tcp ? packet.destinationPort() : 0);
    }
  }

  private boolean make(Packet packet, Step step, StagedRecord forward) {
    if (!mayStart(packet)) {
      step.drop(DropReason.INVALID_STATE);
      return false;
    }
    int protocol = packet.protocol();
    int source = Route.source(packet);
    if (config.portsPerSubscriber() > 0) {
      StagedRecord counter = tables.fetchCounter(step, protocol, source);
      if (counter == null) {
        return false;
      }
      if (NatTables.counter(counter) >= config.portsPerSubscriber()) {
        step.drop(DropReason.LIMIT);
        return false;
      }
    }
    StagedRecord reverse = claim(packet, step);
    if (reverse == null) {
      return false;
    }
    long now = step.nowNanos();
    // Time never goes back, not even for a packet that was held up for long. And a claim that is
    // there already is written again in any case: if it is just being given back, one of us loses.
    long lastSeen = now;
    boolean counts = config.portsPerSubscriber() > 0;
    if (reverse.exists()) {
      long seen = MappingRecord.lastSeenNanos(reverse.memory(), reverse.offset());
      lastSeen = Math.max(now, seen + 1);
      counts &= isRecent(seen, now); // an older one was counted when it was made
    }
    int packed = MappingState.pack(MappingState.initial(protocol), 0);
    put(reverse, packet, lastSeen, packed, true);
    MappingRecord.peer(reverse.memory(), reverse.offset(), source, packet.sourcePort());
    step.armTimer(reverse, lifetimes.millisToFree(reverse, now));
    put(forward, packet, lastSeen, packed, true);
    MappingRecord.peer(forward.memory(), forward.offset(), externalAddress, externalPort);
    if (counts) {
      tables.count(step, protocol, source, 1);
    }
    return true;
  }

  /** Claims a port; null, with the verdict given, if there is none. */
  private @Nullable StagedRecord claim(Packet packet, Step step) {
    int protocol = packet.protocol();
    int source = Route.source(packet);
    int pool = config.pool().indexFor(source);
    externalAddress = config.pool().address(pool);
    while (true) {
      int port = ports.pick(pool, externalAddress, protocol, source, packet.sourcePort());
      if (port == PortAllocator.NEEDS_BLOCK) {
        step.defer(DropReason.PORTS_EXHAUSTED);
        return null;
      }
      if (port == PortAllocator.EXHAUSTED) {
        step.drop(DropReason.PORTS_EXHAUSTED);
        return null;
      }
      externalPort = port;
      StagedRecord reverse = tables.claim(step, protocol, externalAddress, port);
      // One that exists is either our own, such as an earlier attempt's, or another's.
      if (!reverse.exists() || belongsTo(reverse, packet)) {
        return reverse;
      }
      ports.forget(protocol, source, packet.sourcePort());
    }
  }

  /**
   * Whether a packet may make a mapping: anything but a reset or an answer. A TCP segment need not
   * be a SYN, so that connections survive the loss of the store.
   */
  private static boolean mayStart(Packet packet) {
    return switch (packet.protocol()) {
      case IpProtocol.TCP -> (packet.tcpFlags() & TcpHeader.RST) == 0;
      case IpProtocol.ICMP -> IcmpHeader.isRequest(packet.icmpType());
      default -> true;
    };
  }
}

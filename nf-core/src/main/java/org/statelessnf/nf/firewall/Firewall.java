package org.statelessnf.nf.firewall;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.FailurePolicy;
import org.statelessnf.nf.IdleTimeout;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.store.TableClass;

/**
 * A stateful firewall: packets of known flows pass in both directions, new flows are opened by the
 * packets that the rules allow to, and everything else is dropped with a reason.
 *
 * <p>One record per flow, found by its direction-independent 5-tuple ({@link FirewallKey}, {@link
 * FlowRecord}):
 *
 * <table>
 * <caption>What makes a flow</caption>
 * <tr><th>protocol</th><th>opened by</th><th>and then</th></tr>
 * <tr><td>TCP</td><td>a SYN; never by another segment, so connections whose begin was not seen are
 *     not known</td><td>{@link TcpTracker}</td></tr>
 * <tr><td>UDP, UDP-Lite</td><td>any datagram</td><td>a stream once both ends have sent, two seconds
 *     or more after the first datagram</td></tr>
 * <tr><td>ICMP and ICMPv6 queries</td><td>a request</td><td>the same request again, its answers</td></tr>
 * <tr><td>others</td><td>any packet</td><td>any packet between the two addresses (and ports)</td></tr>
 * </table>
 *
 * <p>An ICMP error passes if the packet that it quotes belongs to a known flow and was sent by whom
 * the error is sent to (RFC 5508 section 7 asks that of a NAT); it changes nothing.
 *
 * <p>A record that is idle past its state's timeout counts as absent, by packet time. Its timer
 * only cleans up. It is armed when the flow is opened, and again when the flow moves from a long
 * timeout to a much shorter one; a timer that fires early arms itself again.
 *
 * <p>How many flows may wait for an answer can be limited ({@link Limits}, {@link HalfOpenFlows}).
 *
 * <p>There is no application-level gateway: FTP's data connections in active mode, say, come from
 * outside and are unsolicited, unless a rule allows them.
 *
 * <p>One object per pipe; allocates nothing after construction.
 */
public final class Firewall implements NetworkFunction {
  /** UDP counts as a stream if it is in use after that time. */
  private static final int STREAM_AFTER_MILLIS = 2000;

  /** A record may stay that much longer than need be before its timer is worth arming anew. */
  private static final long TIMER_SLACK_NANOS = 120_000_000_000L;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final FirewallConfig config;
  private final Timeouts timeouts;
  private final TcpTracker tracker;
  private final StateLayout layout = new StateLayout("firewall");
  private final StateTable flows =
      layout.table("flows", FlowKeys.MAX_LENGTH, FlowRecord.STRICT_TCP_LENGTH, TableClass.FLOW);
  private final @Nullable HalfOpenFlows halfOpen;
  private final TcpSegment segment = new TcpSegment();
  private final TcpFlow flow = new TcpFlow();

  /**
   * A firewall.
   *
   * @param config alike for all instances that share a store
   */
  public Firewall(FirewallConfig config) {
    this.config = config;
    this.timeouts = config.timeouts();
    this.tracker = new TcpTracker(timeouts, config.strict());
    this.halfOpen =
        config.limits().any() ? new HalfOpenFlows(config.limits(), timeouts, layout) : null;
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  @Override
  public boolean mayRewrite() {
    return false;
  }

  @Override
  public FailurePolicy onStoreFailure() {
    return config.onStoreFailure();
  }

  /** The table of flow records. */
  public StateTable flows() {
    return flows;
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    int sort = PacketSort.of(packet);
    if (sort == PacketSort.ERROR) {
      long at = keys.reserve(FlowKeys.MAX_LENGTH);
      int length = FirewallKey.writeInner(packet, keys.memory(), at);
      if (length > 0) {
        keys.commit(flows, length);
      }
    } else if (PacketSort.hasFlow(sort)) {
      long at = keys.reserve(FlowKeys.MAX_LENGTH);
      keys.commit(flows, FirewallKey.write(packet, keys.memory(), at));
    }
  }

  @Override
  public void process(Packet packet, Step step) {
    int sort = PacketSort.of(packet);
    HalfOpenFlows counted = PacketSort.hasFlow(sort) ? halfOpen : null;
    if (counted == null) {
      judge(sort, packet, step);
    } else {
      counted.before(step.record(0));
      judge(sort, packet, step);
      counted.after(packet, step, step.record(0));
    }
  }

  private void judge(int sort, Packet packet, Step step) {
    switch (sort) {
      case PacketSort.TCP -> connection(packet, step);
      case PacketSort.UDP -> exchange(packet, step, FlowRecord.UDP);
      case PacketSort.QUERY -> exchange(packet, step, queryKind(packet));
      case PacketSort.OTHER -> exchange(packet, step, FlowRecord.OTHER);
      case PacketSort.ERROR -> related(packet, step);
      case PacketSort.GROUP -> apply(config.multicast(), step, DropReason.MULTICAST);
      case PacketSort.LINK_LOCAL -> apply(config.linkLocal(), step, DropReason.PROTOCOL);
      case PacketSort.NOT_IP -> apply(config.nonIp(), step, DropReason.NOT_IP);
      case PacketSort.LATER_FRAGMENT -> apply(config.laterFragments(), step, DropReason.FRAGMENT);
      case PacketSort.BAD_FRAGMENT -> step.drop(DropReason.FRAGMENT);
      case PacketSort.STRAY -> step.drop(DropReason.INVALID_STATE);
      default -> step.drop(DropReason.MALFORMED);
    }
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord record = step.record(0);
    HalfOpenFlows counted = halfOpen;
    if (counted == null) {
      expire(record, step);
    } else if (timer.table().index() == counted.counters().index()) {
      counted.onTimer(timer, step, record);
    } else {
      counted.before(record);
      expire(record, step);
      counted.after(timer, step, record);
    }
  }

  private void expire(StagedRecord record, Step step) {
    if (!record.exists()) {
      return;
    }
    long timeout = timeoutNanos(record);
    long now = step.nowNanos();
    long lastUse = timeout == 0 ? 0 : FlowRecord.lastUseNanos(record.memory(), record.offset());
    if (timeout == 0 || IdleTimeout.isExpired(lastUse, now, timeout)) {
      record.remove();
    } else {
      step.armTimer(record, IdleTimeout.remainingMillis(lastUse, now, timeout));
    }
  }

  private static void apply(Policy policy, Step step, DropReason reason) {
    if (policy == Policy.PASS) {
      step.forward();
    } else {
      step.drop(reason);
    }
  }

  /** The timeout of a record of any kind; 0 if the record is not of this version. */
  private long timeoutNanos(StagedRecord record) {
    MemorySegment memory = record.memory();
    long at = record.offset();
    int length = record.length();
    int kind = length == 0 ? 0 : FlowRecord.kind(memory, at);
    if (kind == FlowRecord.TCP) {
      boolean usable = flow.load(memory, at, length, config.strict());
      return usable ? tracker.timeoutNanos(flow) : 0;
    }
    if (!FlowRecord.isUsable(memory, at, length, kind)) {
      return 0;
    }
    return exchangeTimeoutNanos(kind, FlowRecord.flags(memory, at));
  }

  private long exchangeTimeoutNanos(int kind, int flags) {
    return timeouts.nanos(
        switch (kind) {
          case FlowRecord.UDP ->
              (flags & FlowRecord.STREAM) != 0 ? Timeouts.UDP_STREAM : Timeouts.UDP_UNREPLIED;
          case FlowRecord.QUERY -> Timeouts.ICMP;
          case FlowRecord.QUERY_V6 -> Timeouts.ICMPV6;
          default -> Timeouts.GENERIC;
        });
  }

  // --- ICMP errors ---

  private void related(Packet p, Step step) {
    boolean known = false;
    if (step.records() > 0 && PacketSort.goesToQuotedSource(p)) {
      StagedRecord record = step.record(0);
      long timeout = record.exists() ? timeoutNanos(record) : 0;
      known =
          timeout > 0
              && !IdleTimeout.isExpired(
                  FlowRecord.lastUseNanos(record.memory(), record.offset()),
                  step.nowNanos(),
                  timeout);
    }
    if (known) {
      step.forward();
    } else {
      step.drop(DropReason.ICMP_UNRELATED);
    }
  }

  // --- TCP ---

  private void connection(Packet p, Step step) {
    segment.read(p);
    StagedRecord record = step.record(0);
    long now = step.nowNanos();
    boolean sourceFirst = FlowKeys.sourceFirst(p);
    if (!load(record)
        || IdleTimeout.isExpired(flow.lastUseNanos, now, tracker.timeoutNanos(flow))) {
      open(p, step, record, sourceFirst);
      return;
    }
    segment.fromOpener(flow.is(FlowRecord.OPENER_FIRST) == sourceFirst);
    long timeoutBefore = tracker.timeoutNanos(flow);
    int verdict = tracker.judge(flow, segment, now);
    switch (verdict) {
      case TcpTracker.PASS -> {
        save(step, record, timeoutBefore);
        step.forward();
      }
      case TcpTracker.PASS_AND_FORGET -> {
        record.remove();
        step.forward();
      }
      case TcpTracker.REOPEN -> {
        record.remove();
        open(p, step, record, sourceFirst);
      }
      default -> {
        save(step, record, timeoutBefore);
        boolean outside = verdict == TcpTracker.OUT_OF_WINDOW;
        step.drop(outside ? DropReason.OUT_OF_WINDOW : DropReason.INVALID_STATE);
      }
    }
  }

  private boolean load(StagedRecord record) {
    if (!record.exists()) {
      return false;
    }
    return flow.load(record.memory(), record.offset(), record.length(), config.strict());
  }

  private void save(Step step, StagedRecord record, long timeoutBefore) {
    if (!flow.changed()) {
      return;
    }
    long at = record.write(flow.length());
    flow.store(record.memory(), at);
    long timeout = tracker.timeoutNanos(flow);
    if (timeoutBefore - timeout > TIMER_SLACK_NANOS) {
      step.armTimer(
          record, IdleTimeout.remainingMillis(flow.lastUseNanos, step.nowNanos(), timeout));
    }
  }

  private void open(Packet p, Step step, StagedRecord record, boolean sourceFirst) {
    if (segment.kind() != TcpSegment.SYN) {
      step.drop(DropReason.INVALID_STATE);
    } else if (mayOpen(p, step)) {
      tracker.open(flow, segment, sourceFirst, step.nowNanos());
      long at = record.write(flow.length());
      flow.store(record.memory(), at);
      opened(step, record, tracker.timeoutNanos(flow));
    }
  }

  // --- everything else ---

  private void exchange(Packet p, Step step, int kind) {
    StagedRecord record = step.record(0);
    long now = step.nowNanos();
    boolean sourceFirst = FlowKeys.sourceFirst(p);
    if (record.exists()) {
      MemorySegment memory = record.memory();
      long at = record.offset();
      if (FlowRecord.isUsable(memory, at, record.length(), kind)) {
        int flags = FlowRecord.flags(memory, at);
        long lastUse = FlowRecord.lastUseNanos(memory, at);
        if (!IdleTimeout.isExpired(lastUse, now, exchangeTimeoutNanos(kind, flags))) {
          goOn(p, step, kind, sourceFirst);
          return;
        }
      }
    }
    if (FlowRecord.isQuery(kind) && !FirewallKey.isRequest(p)) {
      step.drop(DropReason.INVALID_STATE);
    } else if (mayOpen(p, step)) {
      int flags = sourceFirst ? FlowRecord.OPENER_FIRST : 0;
      long at = record.write(FlowRecord.LENGTH);
      FlowRecord.write(record.memory(), at, kind, 0, flags, millis(now), now);
      opened(step, record, exchangeTimeoutNanos(kind, flags));
    }
  }

  private void goOn(Packet p, Step step, int kind, boolean sourceFirst) {
    StagedRecord record = step.record(0);
    MemorySegment memory = record.memory();
    long now = step.nowNanos();
    int before = FlowRecord.flags(memory, record.offset());
    int created = FlowRecord.createdMillis(memory, record.offset());
    long lastUse = FlowRecord.lastUseNanos(memory, record.offset());
    boolean fromOpener =
        FlowRecord.isQuery(kind)
            ? FirewallKey.isRequest(p)
            : ((before & FlowRecord.OPENER_FIRST) != 0) == sourceFirst;
    int flags = before;
    if (kind == FlowRecord.UDP
        && (before & FlowRecord.REPLIED) != 0
        && millis(now) - created > STREAM_AFTER_MILLIS) {
      flags |= FlowRecord.STREAM;
    }
    if (!fromOpener) {
      flags |= FlowRecord.REPLIED;
    }
    long timeout = exchangeTimeoutNanos(kind, flags);
    if (flags != before || IdleTimeout.needsRefresh(lastUse, now, timeout)) {
      long at = record.write(FlowRecord.LENGTH);
      long use = Math.max(lastUse, now);
      FlowRecord.write(record.memory(), at, kind, 0, flags, created, use);
    }
    step.forward();
  }

  // --- opening ---

  /** Asks the rules and the limits; if they say no, the packet is dropped. */
  private boolean mayOpen(Packet p, Step step) {
    int decision = config.rules().decide(p);
    if (decision != Rules.ALLOWED) {
      boolean byRule = decision == Rules.DENIED_BY_RULE || p.fromInside();
      step.drop(byRule ? DropReason.RULE : DropReason.UNSOLICITED);
      return false;
    }
    return halfOpen == null || halfOpen.admit(p, step);
  }

  private static void opened(Step step, StagedRecord record, long timeout) {
    long now = step.nowNanos();
    step.armTimer(record, IdleTimeout.remainingMillis(now, now, timeout));
    step.forward();
  }

  private static int queryKind(Packet p) {
    return p.ipVersion() == 4 ? FlowRecord.QUERY : FlowRecord.QUERY_V6;
  }

  private static int millis(long nanos) {
    return (int) Math.floorDiv(nanos, NANOS_PER_MILLI);
  }
}

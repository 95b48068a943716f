package org.statelessnf.nf.ips;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.store.TableClass;

/**
 * Searches packets and TCP streams for the signatures of a {@link RuleSet}; alerts, drops, rejects
 * or passes.
 *
 * <p>What is known of a connection is one record ({@link IpsFlow}), found by its
 * direction-independent 5-tuple: for each direction the state of the automaton, one number, and
 * where the stream goes on; and what was found of signatures of several contents. So a pattern is
 * found that begins in one packet and ends in another, whichever instances they go to, and
 * whichever dies between them. Datagrams need a record only if a rule asks for their flow.
 *
 * <p>Segments are searched in the order in which they come. Out of order, or with re-assembly
 * evaded, a stream has gaps: {@link StreamTracker} says what becomes of those.
 *
 * <p>Alerts are reports of the step ({@link Step#report}): told once, after the commit.
 *
 * <p>One object per pipe; allocates nothing after construction while nothing matches.
 */
public final class Ips implements NetworkFunction {
  private static final int MAX_VALUE = IpsFlow.LENGTH + 2 * Parts.MAX * Parts.BYTES;

  private final IpsConfig config;
  private final RuleSet rules;
  private final Matcher matcher;
  private final StateLayout layout = new StateLayout("ips");
  private final StateTable flows =
      layout.table("flows", FlowKeys.MAX_LENGTH, MAX_VALUE, TableClass.FLOW);
  private final IpsFlow flow = new IpsFlow();
  private final Rejection rejection = new Rejection();
  private final MemorySegment alert = Arena.ofAuto().allocate(Alert.BYTES, Long.BYTES);

  /**
   * An IPS.
   *
   * @param config alike for all instances that share a store
   */
  public Ips(IpsConfig config) {
    this.config = config;
    this.rules = config.rules();
    this.matcher = new Matcher(rules);
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  @Override
  public FailurePolicy onStoreFailure() {
    return config.onStoreFailure();
  }

  /** The table of flow records. */
  public StateTable flows() {
    return flows;
  }

  /**
   * A record for people.
   *
   * @param key its key
   * @param value its value
   */
  public static String describe(byte[] key, byte[] value) {
    IpsFlow flow = new IpsFlow();
    boolean known = flow.load(MemorySegment.ofArray(value), 0, value.length);
    return known ? FlowKeys.format(key) + " " + flow : "record of an unknown format";
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    if (hasFlow(packet)) {
      long at = keys.reserve(FlowKeys.MAX_LENGTH);
      keys.commit(flows, FlowKeys.writeBidirectional(packet, keys.memory(), at));
    }
  }

  private boolean hasFlow(Packet p) {
    if (p.parseStatus() != ParseStatus.OK || p.isFragment()) {
      return false;
    }
    if (p.protocol() == IpProtocol.TCP) {
      return true;
    }
    return rules.needsDatagramFlows && p.l4Offset() >= 0 && !p.isIcmpError();
  }

  @Override
  public void process(Packet packet, Step step) {
    if (packet.parseStatus() == ParseStatus.NOT_IP) {
      step.forward();
    } else if (packet.parseStatus() != ParseStatus.OK) {
      step.drop(DropReason.MALFORMED);
    } else if (step.records() == 0) {
      alone(packet, step, true);
    } else if (packet.protocol() == IpProtocol.TCP) {
      segment(packet, step);
    } else {
      exchange(packet, step);
    }
  }

  /** It changes no packet. */
  @Override
  public boolean mayRewrite() {
    return false;
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord record = step.record(0);
    if (!record.exists()) {
      return;
    }
    boolean known = load(record);
    long lastUse = known ? flow.lastUseNanos() : 0;
    if (!known || IdleTimeout.isExpired(lastUse, step.nowNanos(), timeoutNanos())) {
      record.remove();
    } else {
      step.armTimer(record, IdleTimeout.remainingMillis(lastUse, step.nowNanos(), timeoutNanos()));
    }
  }

  @Override
  public void reported(MemorySegment report, long offset, int length) {
    config.alerts().take(Alert.read(report, offset, rules));
  }

  // --- without a flow ---

  private void alone(Packet p, Step step, boolean datagram) {
    matcher.begin(p, 0, datagram);
    if (p.payloadLength() > 0 && !p.isFragment()) {
      matcher.scanPacket();
    }
    matcher.end();
    conclude(p, step);
  }

  // --- TCP ---

  private void segment(Packet p, Step step) {
    StagedRecord record = step.record(0);
    int direction = FlowKeys.sourceFirst(p) ? 0 : 1;
    long now = step.nowNanos();
    boolean open = isOpen(record, now) && !StreamTracker.reopens(flow, p, direction);
    boolean changed = false;
    if (open && step.isInOrder() && StreamTracker.isEarly(flow, p, direction) && step.retry()) {
      return;
    }
    if (!open) {
      int opening = StreamTracker.opening(p, direction, config.midstream());
      if (opening == 0) {
        alone(p, step, config.midstream());
        return;
      }
      flow.open(opening, rules.dfa.fingerprint(), now);
      step.armTimer(record, IdleTimeout.remainingMillis(now, now, config.openingNanos()));
      changed = true;
    }
    int before = flow.flags();
    int next = flow.next(direction);
    StreamTracker.advance(flow, p, direction);
    matcher.begin(p, asked(direction), false);
    int from = StreamTracker.fresh(flow, p, direction);
    if (flow.is(IpsFlow.DROPPED) || flow.is(IpsFlow.PASSED)) {
      skip(p, direction, from);
    } else {
      search(p, direction, from, (before & IpsFlow.ESTABLISHED) == 0);
    }
    StreamTracker.close(flow, p, direction);
    if (flow.is(IpsFlow.DROPPED)) {
      step.drop(DropReason.RULE);
    } else if (flow.is(IpsFlow.PASSED)) {
      step.forward();
    } else {
      matcher.end();
      flow.set(conclude(p, step));
    }
    changed |= flow.flags() != before || flow.next(direction) != next;
    save(step, record, changed, before);
  }

  /** Follows the stream without searching it. */
  private void skip(Packet p, int direction, int from) {
    if (from >= 0) {
      int length = p.payloadLength() - from;
      int end = StreamTracker.sequence(p) + p.payloadLength();
      flow.next(direction, end, flow.position(direction) + length);
    }
  }

  private void search(Packet p, int direction, int from, boolean early) {
    if (p.payloadLength() == 0) {
      return;
    }
    if (early || from == StreamTracker.IN_GAP) {
      matcher.scanByItself();
    } else if (from != 0) {
      matcher.scanPacket();
    }
    if (from >= 0) {
      long position = flow.position(direction);
      int state = flow.state(direction);
      int usable = rules.dfa.isState(state) ? state : ByteDfa.START;
      flow.state(direction, matcher.scanStream(from, position, usable, flow.parts(direction)));
      skip(p, direction, from);
    }
  }

  private int asked(int direction) {
    boolean fromClient = flow.is(IpsFlow.CLIENT_FIRST) == (direction == 0);
    return (fromClient ? FlowTest.TO_SERVER : FlowTest.TO_CLIENT)
        | (flow.is(IpsFlow.ESTABLISHED) ? FlowTest.ESTABLISHED : FlowTest.NOT_ESTABLISHED);
  }

  // --- other protocols, if rules ask for their flows ---

  private void exchange(Packet p, Step step) {
    StagedRecord record = step.record(0);
    int direction = FlowKeys.sourceFirst(p) ? 0 : 1;
    long now = step.nowNanos();
    boolean open = isOpen(record, now);
    if (!open) {
      int client = direction == 0 ? IpsFlow.CLIENT_FIRST : 0;
      flow.open(client | IpsFlow.SYN, rules.dfa.fingerprint(), now);
      step.armTimer(record, IdleTimeout.remainingMillis(now, now, config.openingNanos()));
    }
    int before = flow.flags();
    if (flow.is(IpsFlow.CLIENT_FIRST) != (direction == 0)) {
      flow.set(IpsFlow.ANSWERED | IpsFlow.ESTABLISHED);
    }
    matcher.begin(p, asked(direction), true);
    if (flow.is(IpsFlow.PASSED)) {
      step.forward();
    } else {
      if (p.payloadLength() > 0) {
        matcher.scanPacket();
      }
      matcher.end();
      flow.set(conclude(p, step));
    }
    save(step, record, !open || flow.flags() != before, before);
  }

  // --- records ---

  private boolean load(StagedRecord record) {
    return flow.load(record.memory(), record.offset(), record.length());
  }

  private boolean isOpen(StagedRecord record, long now) {
    if (!record.exists() || !load(record)) {
      return false;
    }
    if (IdleTimeout.isExpired(flow.lastUseNanos(), now, timeoutNanos())) {
      return false;
    }
    if (flow.fingerprint() != rules.dfa.fingerprint()) {
      flow.forgetMatches(rules.dfa.fingerprint());
    }
    return true;
  }

  private void save(Step step, StagedRecord record, boolean changed, int flagsBefore) {
    long now = step.nowNanos();
    long timeout = timeoutNanos();
    if (changed || IdleTimeout.needsRefresh(flow.lastUseNanos(), now, timeout)) {
      flow.lastUseNanos(Math.max(flow.lastUseNanos(), now));
      long at = record.write(flow.length());
      flow.store(record.memory(), at);
      if (flow.is(IpsFlow.CLOSED) && (flagsBefore & IpsFlow.CLOSED) == 0) {
        step.armTimer(record, IdleTimeout.remainingMillis(now, now, timeout));
      }
    }
  }

  private long timeoutNanos() {
    if (flow.is(IpsFlow.CLOSED)) {
      return config.closingNanos();
    }
    return flow.is(IpsFlow.ESTABLISHED) ? config.idleNanos() : config.openingNanos();
  }

  // --- verdict ---

  /** Gives the verdict and reports; returns flags that the flow gets. */
  private int conclude(Packet p, Step step) {
    int count = matcher.firedCount();
    boolean drops = false;
    boolean rejects = false;
    int flags = 0;
    for (int i = 0; i < count; i++) {
      Signature signature = rules.signatures[matcher.fired(i)];
      Action action = signature.action();
      if (action == Action.PASS) {
        step.forward();
        boolean flowMatched = matcher.isOfStream(i) || signature.contents().isEmpty();
        return flowMatched ? IpsFlow.PASSED : 0;
      }
      if (action.blocks()) {
        drops = true;
        rejects |= action == Action.REJECT;
        flags |= matcher.isOfStream(i) ? IpsFlow.DROPPED : 0;
      }
    }
    for (int i = 0; i < count; i++) {
      int signature = matcher.fired(i);
      if (!rules.signatures[signature].identity().silent()) {
        Alert.write(p, signature, alert);
        step.report(alert, 0, Alert.BYTES);
      }
    }
    if (!drops) {
      step.forward();
      return 0;
    }
    step.drop(DropReason.RULE);
    if (rejects) {
      rejection.emit(p, step);
    }
    return flags;
  }
}

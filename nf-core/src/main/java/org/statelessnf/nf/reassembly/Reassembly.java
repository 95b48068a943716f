package org.statelessnf.nf.reassembly;

import java.lang.foreign.Arena;
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
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.store.TableClass;

/**
 * Lets the segments of each direction of a TCP connection out in order; those that come too early
 * wait in the store, from which any instance can let them out.
 *
 * <p>Two records per direction: {@link StreamRecord} says how far it was delivered, {@link
 * HeldSegments} holds what waits, and is there only if something does. What is delivered is decided
 * by the first alone: a step that delivers writes only that one, so that its segments leave once
 * and only once, whatever happens to other records. A step that holds writes both, first what
 * waits, then that something does: whoever delivers next sees both or has its own write refused.
 * Held segments that were delivered are pruned by a later hold, or go with the record, by its
 * timer.
 *
 * <p>What has no payload and no FIN, and what was delivered before, passes as it comes: a sender
 * that got no acknowledgement has to get through. At a limit the segment is dropped, and sent again
 * by its sender; a gap that is not filled in time is given up, and what waits behind it goes on.
 *
 * <p>One object per pipe; allocates nothing after construction.
 */
public final class Reassembly implements NetworkFunction {
  /** A sequence number further ahead is not believed. */
  private static final int MAX_AHEAD = 1 << 28;

  private static final int MAX_FRAME = 1 << 16;
  private static final int REPORT = 4;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final ReassemblyConfig config;
  private final ReassemblyEvent.Sink events;
  private final StateLayout layout = new StateLayout("reassembly");
  private final StateTable streams =
      layout.table("streams", FlowKeys.MAX_LENGTH, StreamRecord.LENGTH, TableClass.FLOW);
  private final StateTable held =
      layout.table(
          "held",
          FlowKeys.MAX_LENGTH,
          HeldSegments.HEADER + ReassemblyConfig.MAX_HELD_BYTES,
          TableClass.FLOW);
  private final StreamRecord stream = new StreamRecord();
  private final Agreement agreement;
  private final MemorySegment key = Arena.ofAuto().allocate(64, Long.BYTES);
  private final MemorySegment report = Arena.ofAuto().allocate(64, Long.BYTES);

  /**
   * A re-assembly.
   *
   * @param config alike for all instances that share a store
   * @param events is told of overlaps that differ and of gaps
   */
  public Reassembly(ReassemblyConfig config, ReassemblyEvent.Sink events) {
    this.config = config;
    this.events = events;
    this.agreement = new Agreement(config.policy());
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  @Override
  public FailurePolicy onStoreFailure() {
    return config.onStoreFailure();
  }

  /** The table of directions. */
  public StateTable streams() {
    return streams;
  }

  /** The table of segments that wait. */
  public StateTable held() {
    return held;
  }

  /**
   * A record for people.
   *
   * @param table {@code streams} or {@code held}
   * @param recordKey its key
   * @param value its value
   */
  public static String describe(String table, byte[] recordKey, byte[] value) {
    MemorySegment memory = MemorySegment.ofArray(value);
    String flow =
        FlowKeys.formatDirectional(MemorySegment.ofArray(recordKey), 0, recordKey.length) + " ";
    if (table.equals("held")) {
      return value.length < HeldSegments.HEADER
          ? flow + "record of an unknown format"
          : flow + HeldSegments.count(memory, 0) + " segments, " + value.length + " bytes";
    }
    StreamRecord record = new StreamRecord();
    return flow + (record.load(memory, 0, value.length) ? record : "record of an unknown format");
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    if (isSegment(packet)) {
      long at = keys.reserve(FlowKeys.MAX_LENGTH);
      keys.commit(streams, FlowKeys.writeDirectional(packet, keys.memory(), at));
    }
  }

  @Override
  public void locate(TimerEvent timer, Keys keys) {
    keys.add(streams, timer.key(), timer.keyOffset(), timer.keyLength());
    if (timer.table().index() == held.index()) {
      keys.add(held, timer.key(), timer.keyOffset(), timer.keyLength());
    }
  }

  private static boolean isSegment(Packet p) {
    return p.parseStatus() == ParseStatus.OK
        && !p.isFragment()
        && p.protocol() == IpProtocol.TCP
        && p.l4Offset() >= 0;
  }

  /** It changes bytes of payloads, never headers. */
  @Override
  public boolean mayRewrite() {
    return false;
  }

  @Override
  public boolean putsInOrder() {
    return true;
  }

  /** The functions behind it get streams in order, whichever side they come from. */
  @Override
  public boolean isFirst() {
    return true;
  }

  @Override
  public void process(Packet p, Step step) {
    if (step.records() == 0) {
      step.forward();
      return;
    }
    StagedRecord record = step.record(0);
    int flags = p.tcpFlags();
    boolean known = load(record, step.nowNanos());
    if ((flags & TcpHeader.RST) != 0) {
      reset(p, step, record, known);
    } else if ((flags & TcpHeader.SYN) != 0) {
      synchronize(p, step, record, known);
    } else if (known) {
      segment(p, step, record);
    } else if (p.payloadLength() > 0 && config.midstream()) {
      open(step, record, sequence(p));
      segment(p, step, record);
    } else {
      step.forward();
    }
  }

  /** Sequence number of the first payload byte. */
  private static int sequence(Packet p) {
    int sequence = TcpHeader.sequence(p.memory(), p.l4Start());
    return (p.tcpFlags() & TcpHeader.SYN) != 0 ? sequence + 1 : sequence;
  }

  private static boolean isFin(Packet p) {
    return (p.tcpFlags() & TcpHeader.FIN) != 0;
  }

  // --- begin and end ---

  private void open(Step step, StagedRecord record, int first) {
    long now = step.nowNanos();
    stream.open(first, now);
    step.armTimer(record, IdleTimeout.remainingMillis(now, now, config.idleNanos()));
  }

  private void synchronize(Packet p, Step step, StagedRecord record, boolean known) {
    int first = sequence(p);
    boolean fresh =
        !known
            || stream.state() == StreamRecord.CLOSED
            || (stream.first() != first && stream.delivered() == 0 && !stream.isHolding());
    if (fresh) {
      open(step, record, first);
    }
    if (p.payloadLength() > 0) {
      segment(p, step, record); // Fast Open
    } else {
      if (fresh) {
        save(record, step);
      }
      step.forward();
    }
  }

  /** A reset passes; it is believed if it is exactly in order (RFC 5961 section 3.2). */
  private void reset(Packet p, Step step, StagedRecord record, boolean known) {
    if (known && sequence(p) == stream.next() && stream.state() != StreamRecord.CLOSED) {
      close(step, record);
      save(record, step);
    }
    step.forward();
  }

  private void close(Step step, StagedRecord record) {
    long now = step.nowNanos();
    stream.state(StreamRecord.CLOSED);
    stream.lastUseNanos(Math.max(now, stream.lastUseNanos()));
    step.armTimer(record, IdleTimeout.remainingMillis(now, now, config.closingNanos()));
  }

  // --- segments ---

  private void segment(Packet p, Step step, StagedRecord record) {
    int sequence = sequence(p);
    boolean again = step.attempt() > 0 && stream.wasDelivery(sequence, p.timestampNanos());
    if (again) {
      stream.undo();
    }
    int length = p.payloadLength() + (isFin(p) ? 1 : 0);
    int ahead = sequence - stream.next();
    boolean through =
        (stream.state() == StreamRecord.CLOSED && !again)
            || (config.depth() > 0 && stream.delivered() >= config.depth());
    if (length > 0 && ahead + length <= 0) {
      pass(p, step, record, sequence);
    } else if (length == 0 || through) {
      step.forward();
      refresh(record, step);
    } else if (ahead > MAX_AHEAD) {
      step.drop(DropReason.OUT_OF_WINDOW);
    } else if (ahead > 0) {
      hold(p, step, record, sequence);
    } else if (stream.isHolding() || again) {
      release(p, step, record, sequence);
    } else {
      deliver(p, step, record, sequence, sequence + length, isFin(p));
      step.forward();
    }
  }

  /** A segment of what was delivered before. */
  private void pass(Packet p, Step step, StagedRecord record, int sequence) {
    if (step.attempt() > 0) {
      StagedRecord waiting = fetchHeld(p, step);
      if (waiting == null) {
        return;
      }
      if (isUsable(waiting)
          && HeldSegments.contains(
              waiting.memory(), waiting.offset(), sequence, p.timestampNanos())) {
        step.hold(); // an earlier attempt held it, and somebody delivered it from there
        return;
      }
    }
    step.forward();
    refresh(record, step);
  }

  private void deliver(
      Packet p, Step step, StagedRecord record, int sequence, int upTo, boolean ends) {
    stream.deliver(upTo, sequence, p.timestampNanos());
    if (ends) {
      close(step, record);
    }
    save(record, step);
  }

  private @Nullable StagedRecord fetchHeld(Packet p, Step step) {
    int length = FlowKeys.writeDirectional(p, key, 0);
    return step.fetch(held, key, 0, length);
  }

  private boolean isUsable(StagedRecord waiting) {
    return waiting.exists()
        && HeldSegments.isOf(waiting.memory(), waiting.offset(), waiting.length(), stream.first());
  }

  /** A segment in order, behind which others may wait. */
  private void release(Packet p, Step step, StagedRecord record, int sequence) {
    StagedRecord waiting = fetchHeld(p, step);
    if (waiting == null) {
      return;
    }
    int next = sequence + p.payloadLength() + (isFin(p) ? 1 : 0);
    boolean ends = isFin(p);
    if (!isUsable(waiting)) {
      stream.holding(false);
      deliver(p, step, record, sequence, next, ends);
      step.forward();
      return;
    }
    if (agreement.forward(p, step, waiting, sequence, stream.next())) {
      tell(ReassemblyEvent.OVERLAP, p, step);
    }
    long entry = following(waiting, next);
    while (entry != HeldSegments.NONE
        && HeldSegments.sequence(waiting.memory(), entry) - next <= 0) {
      ends |= HeldSegments.isFin(waiting.memory(), entry);
      next = HeldSegments.end(waiting.memory(), entry);
      agreement.emit(p, step, waiting, entry - waiting.offset(), sequence);
      entry = following(waiting, next);
    }
    stream.holding(entry != HeldSegments.NONE);
    deliver(p, step, record, sequence, next, ends);
  }

  private static long following(StagedRecord waiting, int next) {
    return HeldSegments.following(waiting.memory(), waiting.offset(), next);
  }

  /** A segment that comes too early. */
  private void hold(Packet p, Step step, StagedRecord record, int sequence) {
    StagedRecord waiting = fetchHeld(p, step);
    if (waiting == null) {
      return;
    }
    int bytes = HeldSegments.bytes(p);
    boolean usable = isUsable(waiting);
    if (usable
        && HeldSegments.contains(
            waiting.memory(), waiting.offset(), sequence, p.timestampNanos())) {
      holding(step, record);
      return;
    }
    int count = usable ? HeldSegments.count(waiting.memory(), waiting.offset()) : 0;
    if (bytes > config.maxHeldBytes() || p.length() >= MAX_FRAME || config.maxHeldSegments() == 0) {
      step.drop(DropReason.LIMIT);
      return;
    }
    if (!waiting.exists()) {
      step.armTimer(waiting, millis(config.holdNanos()));
    }
    long at = waiting.write(usable ? waiting.length() : HeldSegments.HEADER);
    MemorySegment m = waiting.memory();
    int used = HeldSegments.HEADER;
    if (usable) {
      used = HeldSegments.prune(m, at, stream.before());
      count = HeldSegments.count(m, at);
    } else {
      HeldSegments.begin(m, at, p.fromInside(), stream.first(), p.linkType());
    }
    if (HeldSegments.awaited(m, at) != stream.next() || count == 0) {
      HeldSegments.await(m, at, stream.next(), step.nowNanos());
    }
    if (used - HeldSegments.HEADER + bytes > config.maxHeldBytes()
        || count >= config.maxHeldSegments()) {
      waiting.write(used);
      step.drop(DropReason.LIMIT);
      return;
    }
    at = waiting.write(used + bytes);
    m = waiting.memory();
    HeldSegments.put(m, at + used, p, sequence);
    if (agreement.insert(p, m, at, at + used, sequence)) {
      tell(ReassemblyEvent.OVERLAP, p, step);
    }
    if (HeldSegments.hasRange(m, at, at + used)) {
      waiting.write(used);
    } else {
      HeldSegments.count(m, at, count + 1);
    }
    step.claim(held, key, 0, FlowKeys.writeDirectional(p, key, 0)); // written before the stream
    holding(step, record);
  }

  private void holding(Step step, StagedRecord record) {
    stream.holding(true);
    stream.countHold();
    save(record, step);
    step.hold();
  }

  // --- timers ---

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord record = step.record(0);
    long now = step.nowNanos();
    if (timer.table().index() == held.index()) {
      heldTooLong(timer, step, record, step.record(1), now);
    } else if (record.exists()) {
      if (load(record, now)) {
        step.armTimer(
            record, IdleTimeout.remainingMillis(stream.lastUseNanos(), now, timeoutNanos()));
      } else {
        record.remove();
      }
    }
  }

  private void heldTooLong(
      TimerEvent timer, Step step, StagedRecord record, StagedRecord waiting, long now) {
    if (!waiting.exists()) {
      return;
    }
    boolean usable = load(record, now) && isUsable(waiting);
    int next = stream.next();
    long entry = usable ? following(waiting, next) : HeldSegments.NONE;
    if (entry == HeldSegments.NONE) {
      waiting.remove();
      return;
    }
    MemorySegment m = waiting.memory();
    boolean sameGap = HeldSegments.awaited(m, waiting.offset()) == next;
    long waited = now - HeldSegments.sinceNanos(m, waiting.offset());
    if (!sameGap) {
      long at = waiting.write(waiting.length());
      HeldSegments.await(waiting.memory(), at, next, now);
      step.armTimer(waiting, millis(config.holdNanos()));
    } else if (waited < config.holdNanos()) {
      step.armTimer(waiting, millis(config.holdNanos() - waited));
    } else {
      giveUp(timer, step, record, waiting);
    }
  }

  /** Lets out all that waits, in order, gaps or not. */
  private void giveUp(TimerEvent timer, Step step, StagedRecord record, StagedRecord waiting) {
    int next = stream.next();
    boolean toOutside = HeldSegments.fromInside(waiting.memory(), waiting.offset());
    long entry = following(waiting, next);
    int first = HeldSegments.sequence(waiting.memory(), entry);
    boolean ends = false;
    while (entry != HeldSegments.NONE) {
      MemorySegment m = waiting.memory();
      ends |= HeldSegments.isFin(m, entry);
      next = HeldSegments.end(m, entry);
      step.emit(m, HeldSegments.frame(entry), HeldSegments.frameLength(m, entry), toOutside);
      entry = following(waiting, next);
    }
    stream.holding(false);
    stream.deliver(next, first, step.nowNanos());
    if (ends) {
      close(step, record);
    }
    save(record, step);
    step.armTimer(waiting, millis(config.holdNanos()));
    Wire.put32(report, 0, ReassemblyEvent.GAP.number());
    MemorySegment.copy(timer.key(), timer.keyOffset(), report, REPORT, timer.keyLength());
    step.report(report, 0, REPORT + timer.keyLength());
  }

  // --- records and reports ---

  private boolean load(StagedRecord record, long now) {
    return record.exists()
        && stream.load(record.memory(), record.offset(), record.length())
        && !IdleTimeout.isExpired(stream.lastUseNanos(), now, timeoutNanos());
  }

  private long timeoutNanos() {
    return stream.state() == StreamRecord.CLOSED ? config.closingNanos() : config.idleNanos();
  }

  private void save(StagedRecord record, Step step) {
    stream.lastUseNanos(Math.max(stream.lastUseNanos(), step.nowNanos()));
    long at = record.write(StreamRecord.LENGTH);
    stream.store(record.memory(), at);
  }

  private void refresh(StagedRecord record, Step step) {
    if (IdleTimeout.needsRefresh(stream.lastUseNanos(), step.nowNanos(), timeoutNanos())) {
      save(record, step);
    }
  }

  private void tell(ReassemblyEvent event, Packet p, Step step) {
    Wire.put32(report, 0, event.number());
    int length = FlowKeys.writeDirectional(p, report, REPORT);
    step.report(report, 0, REPORT + length);
  }

  @Override
  public void reported(MemorySegment from, long offset, int length) {
    ReassemblyEvent event = ReassemblyEvent.of(Wire.i32(from, offset));
    events.take(event, FlowKeys.formatDirectional(from, offset + REPORT, length - REPORT));
  }

  private static long millis(long nanos) {
    return nanos / NANOS_PER_MILLI + 1;
  }
}

package org.statelessnf.nf.firewall;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.IdleTimeout;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.store.TableClass;

/**
 * Counts half-open flows ({@link Limits}) at the store, for each source and in all.
 *
 * <p>A flow is counted in the <em>period</em> of its time of last use. A period is as long as a
 * half-open flow can live without being used, so all that are alive are in the present period and
 * the one before; those two counters are read when a flow is to be opened, and nothing at any other
 * time. A step that makes a flow half open adds one to the counter of its period; one that ends
 * that, be it by an answer, a refusal or expiry, takes one from the counter it was added to; one
 * that refreshes it in another period does both. Each of these steps writes the flow's record on
 * the condition that it is as it was read, so of several only one is counted.
 *
 * <p>Additions are not part of the commit: an instance that dies in between leaves a counter off by
 * the flows of its batch. That is forgotten with the period, after two of them at the latest. A
 * counter's own timer, armed before it is first added to, removes it one period after nothing is
 * added to or taken from it any more.
 *
 * <pre>
 *   key     1   0: in all, 4 or 6: source
 *           8   IPv4 address and 4 bytes of 0, or the first half of an IPv6 address
 *           8   number of the period
 *   value   8   a counter, as the store keeps it
 * </pre>
 */
final class HalfOpenFlows {
  private static final int KEY_LENGTH = 17;
  private static final int SOURCE = 1;
  private static final int PERIOD = 9;
  private static final int COUNTER_LENGTH = 8;
  private static final int ADDRESSES_IN_KEY = 2;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Limits limits;
  private final long periodNanos;
  private final StateTable counters;
  private final MemorySegment key = Arena.ofAuto().allocate(KEY_LENGTH, 8);
  private boolean wasHalfOpen;
  private boolean wasFirst;
  private long wasUsed;

  HalfOpenFlows(Limits limits, Timeouts timeouts, StateLayout layout) {
    this.limits = limits;
    this.counters = layout.table("half-open", KEY_LENGTH, COUNTER_LENGTH, TableClass.SHARED);
    int[] unanswered = {
      Timeouts.TCP_SYN_SENT,
      Timeouts.TCP_SYN_CROSSED,
      Timeouts.TCP_SYN_RECEIVED,
      Timeouts.UDP_UNREPLIED,
      Timeouts.ICMP,
      Timeouts.ICMPV6,
      Timeouts.GENERIC
    };
    long longest = 0;
    for (int timeout : unanswered) {
      longest = Math.max(longest, timeouts.nanos(timeout));
    }
    this.periodNanos = longest + longest / IdleTimeout.REFRESH_FRACTION + NANOS_PER_MILLI;
  }

  /** The table of counters. */
  StateTable counters() {
    return counters;
  }

  /** Remembers how a flow's record is before a step. */
  void before(StagedRecord record) {
    wasHalfOpen = isHalfOpen(record);
    if (wasHalfOpen) {
      wasFirst = openerIsFirst(record);
      wasUsed = FlowRecord.lastUseNanos(record.memory(), record.offset());
    }
  }

  /** Counts what a step has made of a flow's record; the packet is one of the flow. */
  void after(Packet p, Step step, StagedRecord record) {
    boolean sourceFirst = FlowKeys.sourceFirst(p);
    int version = p.ipVersion();
    long source = version == 4 ? Ipv4Header.SOURCE_OFFSET : Ipv6Header.SOURCE_OFFSET;
    long first = p.l3Start() + source + (sourceFirst ? 0 : addressBytes(version));
    long second = p.l3Start() + source + (sourceFirst ? addressBytes(version) : 0);
    after(step, record, p.memory(), version, first, second);
  }

  /** Counts what a timer's step has made of a flow's record. */
  void after(TimerEvent timer, Step step, StagedRecord record) {
    MemorySegment memory = timer.key();
    long at = timer.keyOffset();
    int version = Wire.u8(memory, at);
    long first = at + ADDRESSES_IN_KEY;
    after(step, record, memory, version, first, first + addressBytes(version));
  }

  private void after(
      Step step, StagedRecord record, MemorySegment memory, int version, long first, long second) {
    boolean isHalfOpen = isHalfOpen(record);
    boolean isFirst = isHalfOpen && openerIsFirst(record);
    long used = isHalfOpen ? FlowRecord.lastUseNanos(record.memory(), record.offset()) : 0;
    if (wasHalfOpen && isHalfOpen && wasFirst == isFirst && period(wasUsed) == period(used)) {
      return;
    }
    if (isHalfOpen) {
      add(step, memory, version, isFirst ? first : second, period(used), 1);
    }
    if (wasHalfOpen && period(wasUsed) >= period(step.nowNanos()) - 1) {
      add(step, memory, version, wasFirst ? first : second, period(wasUsed), -1);
    }
  }

  /**
   * Whether the packet may open a flow.
   *
   * @return false if the step has its verdict, or is to be called again
   */
  boolean admit(Packet p, Step step) {
    int version = p.ipVersion();
    long source =
        p.l3Start() + (version == 4 ? Ipv4Header.SOURCE_OFFSET : Ipv6Header.SOURCE_OFFSET);
    long period = period(step.nowNanos());
    boolean known = true;
    boolean room = true;
    for (int scope = 0; scope < 2; scope++) {
      int limit = scope == 0 ? limits.halfOpenPerSource() : limits.halfOpen();
      if (limit > 0) {
        writeKey(scope == 0, p.memory(), version, source, period);
        StagedRecord present = step.fetch(counters, key, 0, KEY_LENGTH);
        writeKey(scope == 0, p.memory(), version, source, period - 1);
        StagedRecord past = step.fetch(counters, key, 0, KEY_LENGTH);
        known &= present != null && past != null;
        room &= count(present) + count(past) < limit;
      }
    }
    if (known && !room) {
      step.drop(DropReason.LIMIT);
    }
    return known && room;
  }

  /** Removes a counter that is not looked at any more. */
  void onTimer(TimerEvent timer, Step step, StagedRecord counter) {
    long period = Wire.i64(timer.key(), timer.keyOffset() + PERIOD);
    long left = removalNanos(period) - step.nowNanos();
    if (!counter.exists()) {
      return;
    }
    if (left <= 0) {
      counter.remove();
    } else {
      step.armTimer(counter, left / NANOS_PER_MILLI + 1);
    }
  }

  private void add(
      Step step, MemorySegment memory, int version, long source, long period, long delta) {
    for (int scope = 0; scope < 2; scope++) {
      int limit = scope == 0 ? limits.halfOpenPerSource() : limits.halfOpen();
      if (limit > 0) {
        writeKey(scope == 0, memory, version, source, period);
        if (delta > 0) {
          StagedRecord counter = step.fetch(counters, key, 0, KEY_LENGTH);
          if (counter == null) {
            continue; // the step is called again
          }
          if (!counter.exists()) {
            long left = removalNanos(period) - step.nowNanos();
            step.armTimer(counter, Math.max(1, left / NANOS_PER_MILLI + 1));
          }
        }
        step.increment(counters, key, 0, KEY_LENGTH, delta);
      }
    }
  }

  private void writeKey(
      boolean perSource, MemorySegment memory, int version, long source, long period) {
    long who = 0;
    if (perSource) {
      who = version == 4 ? (long) Wire.i32(memory, source) << 32 : Wire.i64(memory, source);
    }
    Wire.put8(key, 0, perSource ? version : 0);
    Wire.put64(key, SOURCE, who);
    Wire.put64(key, PERIOD, period);
  }

  private static long count(@Nullable StagedRecord counter) {
    return counter != null && counter.exists() && counter.length() == COUNTER_LENGTH
        ? Long.reverseBytes(Wire.i64(counter.memory(), counter.offset()))
        : 0;
  }

  private long period(long nanos) {
    return Math.floorDiv(nanos, periodNanos);
  }

  /** One period after the last one in which something may be taken from the counter. */
  private long removalNanos(long period) {
    return (period + 3) * periodNanos;
  }

  private static int addressBytes(int version) {
    return version == 4 ? 4 : 16;
  }

  private static boolean openerIsFirst(StagedRecord record) {
    return (FlowRecord.flags(record.memory(), record.offset()) & FlowRecord.OPENER_FIRST) != 0;
  }

  private static boolean isHalfOpen(StagedRecord record) {
    if (!record.exists() || record.length() < FlowRecord.LENGTH) {
      return false;
    }
    MemorySegment memory = record.memory();
    long at = record.offset();
    int kind = FlowRecord.kind(memory, at);
    if (!FlowRecord.isUsable(memory, at, record.length(), kind)) {
      return false;
    }
    return kind == FlowRecord.TCP
        ? FlowRecord.state(memory, at) < TcpState.ESTABLISHED
        : (FlowRecord.flags(memory, at) & FlowRecord.REPLIED) == 0;
  }
}

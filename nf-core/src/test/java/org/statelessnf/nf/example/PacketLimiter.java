package org.statelessnf.nf.example;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.statelessnf.nf.DropReason;
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
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.store.TableClass;

/** Lets each flow send so many packets, then drops; a flow idle for a minute starts anew. */
public final class PacketLimiter implements NetworkFunction {
  private static final long IDLE_NANOS = 60_000_000_000L;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final StateLayout layout = new StateLayout("limiter");
  private final StateTable flows = layout.table("flows", FlowKeys.MAX_LENGTH, 16, TableClass.FLOW);
  private final long limit;

  /** Lets each flow send so many packets. */
  public PacketLimiter(long limit) {
    this.limit = limit;
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    if (packet.parseStatus() == ParseStatus.OK) {
      long at = keys.reserve(FlowKeys.MAX_LENGTH);
      keys.commit(flows, FlowKeys.writeBidirectional(packet, keys.memory(), at));
    }
  }

  @Override
  public void process(Packet packet, Step step) {
    if (step.records() == 0) {
      step.drop(DropReason.MALFORMED);
      return;
    }
    StagedRecord flow = step.record(0);
    long count = 0;
    if (flow.exists() && !isIdle(flow, step)) {
      count = flow.memory().get(LONG, flow.offset());
    } else {
      step.armTimer(
          flow, IdleTimeout.remainingMillis(step.nowNanos(), step.nowNanos(), IDLE_NANOS));
    }
    if (count == limit) {
      step.drop(DropReason.LIMIT);
      return;
    }
    long at = flow.write(16);
    flow.memory().set(LONG, at, count + 1);
    flow.memory().set(LONG, at + 8, step.nowNanos());
    step.forward();
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord flow = step.record(0);
    if (flow.exists() && isIdle(flow, step)) {
      flow.remove();
    } else if (flow.exists()) {
      long lastSeen = flow.memory().get(LONG, flow.offset() + 8);
      step.armTimer(flow, IdleTimeout.remainingMillis(lastSeen, step.nowNanos(), IDLE_NANOS));
    }
  }

  private static boolean isIdle(StagedRecord flow, Step step) {
    long lastSeen = flow.memory().get(LONG, flow.offset() + 8);
    return IdleTimeout.isExpired(lastSeen, step.nowNanos(), IDLE_NANOS);
  }
}

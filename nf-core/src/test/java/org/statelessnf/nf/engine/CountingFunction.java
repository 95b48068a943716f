package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.FailurePolicy;
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
 * Counts the packets of each flow in its record: every packet is a write, so every lost, doubled or
 * reordered update shows in the count. Every flow also claims a number that no other flow may have.
 */
final class CountingFunction implements NetworkFunction {
  private static final int NUMBERS = 64;

  private final StateLayout layout = new StateLayout("counting");
  private final StateTable flows = layout.table("flows", FlowKeys.MAX_LENGTH, 8, TableClass.FLOW);
  private final StateTable numbers =
      layout.table("numbers", 8, FlowKeys.MAX_LENGTH, TableClass.SHARED);
  private final StateTable totals = layout.table("totals", 8, 8, TableClass.SHARED);
  private final boolean claims;
  private final FailurePolicy policy;
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[64]);
  int housekeepings;

  /** After which a flow's timer is due. */
  int timerMillis = 60_000;

  CountingFunction(boolean claims, FailurePolicy policy) {
    this.claims = claims;
    this.policy = policy;
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  @Override
  public FailurePolicy onStoreFailure() {
    return policy;
  }

  @Override
  public void housekeeping(org.statelessnf.nf.NfContext context) {
    housekeepings++;
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    long at = keys.reserve(FlowKeys.MAX_LENGTH);
    keys.commit(flows, FlowKeys.writeBidirectional(packet, keys.memory(), at));
  }

  @Override
  public void process(Packet packet, Step step) {
    StagedRecord flow = step.record(0);
    long count =
        flow.exists() ? flow.memory().get(ValueLayout.JAVA_LONG_UNALIGNED, flow.offset()) : 0;
    if (!flow.exists()) {
      step.armTimer(flow, timerMillis);
      if (claims && !claimNumber(packet, step)) {
        return;
      }
    }
    long at = flow.write(8);
    flow.memory().set(ValueLayout.JAVA_LONG_UNALIGNED, at, count + 1);
    scratch.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 7);
    step.increment(totals, scratch, 0, 8, 1);
    step.forward();
  }

  /**
   * Takes the first free number from one that follows from the flow: collisions abound, and a later
   * attempt meets the claim of an earlier one again.
   */
  private boolean claimNumber(Packet packet, Step step) {
    int length = FlowKeys.writeBidirectional(packet, scratch, 16);
    long start = FlowKeys.flowHash(packet);
    for (int tries = 0; tries < NUMBERS; tries++) {
      scratch.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, Math.floorMod(start + tries, NUMBERS));
      StagedRecord number = step.claim(numbers, scratch, 0, 8);
      if (!number.exists()) {
        long at = number.write(length);
        MemorySegment.copy(scratch, 16, number.memory(), at, length);
        return true;
      }
      boolean mine =
          number.length() == length
              && MemorySegment.mismatch(
                      scratch,
                      16,
                      16 + length,
                      number.memory(),
                      number.offset(),
                      number.offset() + length)
                  < 0;
      if (mine) {
        return true;
      }
    }
    step.drop(DropReason.PORTS_EXHAUSTED);
    return false;
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    if (step.record(0).exists()) {
      step.record(0).remove();
    }
  }
}

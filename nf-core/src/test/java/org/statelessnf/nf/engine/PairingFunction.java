package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
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
 * Lets the packets of a flow go in pairs: the first is held in the flow's record, the second
 * releases it in front of itself and reports the pair. What is held when the timer fires is
 * released by it.
 */
final class PairingFunction implements NetworkFunction {
  private static final int MAX_FRAME = 512;

  private final StateLayout layout = new StateLayout("pairing");
  private final StateTable flows =
      layout.table("flows", FlowKeys.MAX_LENGTH, MAX_FRAME, TableClass.FLOW);
  private final AtomicInteger pairs;

  /** Counts pairs, of all instances together. */
  PairingFunction(AtomicInteger pairs) {
    this.pairs = pairs;
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
  public void locate(Packet packet, Keys keys) {
    long at = keys.reserve(FlowKeys.MAX_LENGTH);
    keys.commit(flows, FlowKeys.writeBidirectional(packet, keys.memory(), at));
  }

  @Override
  public void process(Packet packet, Step step) {
    StagedRecord held = step.record(0);
    if (held.exists()) {
      step.emit(held.memory(), held.offset(), held.length(), true);
      step.report(held.memory(), held.offset(), held.length());
      held.remove();
      step.forward();
    } else {
      long at = held.write(packet.length());
      MemorySegment.copy(packet.memory(), packet.offset(), held.memory(), at, packet.length());
      step.armTimer(held, 60_000);
      step.hold();
    }
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord held = step.record(0);
    if (held.exists()) {
      step.emit(held.memory(), held.offset(), held.length(), true);
      held.remove();
    }
  }

  @Override
  public void reported(MemorySegment report, long offset, int length) {
    pairs.incrementAndGet();
  }
}

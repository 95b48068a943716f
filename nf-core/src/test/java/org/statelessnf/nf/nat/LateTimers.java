package org.statelessnf.nf.nat;

import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.Packet;

/** A NAT none of whose timers come in time, as in a replay that is faster than they are. */
record LateTimers(Nat nat) implements NetworkFunction {
  private static final long LATER_MILLIS = 86_400_000;

  @Override
  public StateLayout layout() {
    return nat.layout();
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    nat.locate(packet, keys);
  }

  @Override
  public void process(Packet packet, Step step) {
    nat.process(packet, step);
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord record = step.record(0);
    if (record.exists()) {
      step.armTimer(record, LATER_MILLIS);
    }
  }

  @Override
  public void housekeeping(NfContext context) {
    nat.housekeeping(context);
  }

  @Override
  public void close(NfContext context) {
    nat.close(context);
  }
}

package org.statelessnf.host.replay;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.store.TableClass;

/**
 * Numbers the packets of each flow and drops every fifth. Whatever an instance forgets, counts
 * twice or sees out of order changes which packets come out.
 */
final class OrdinalFunction implements NetworkFunction {
  private final StateLayout layout = new StateLayout("ordinal");
  private final StateTable flows = layout.table("flows", FlowKeys.MAX_LENGTH, 8, TableClass.FLOW);

  StateTable flows() {
    return flows;
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    long at = keys.reserve(FlowKeys.MAX_LENGTH);
    int length = FlowKeys.writeInnerBidirectional(packet, keys.memory(), at);
    if (length == 0) {
      length = FlowKeys.writeBidirectional(packet, keys.memory(), at);
    }
    if (length > 0) {
      keys.commit(flows, length);
    }
  }

  @Override
  public void process(Packet packet, Step step) {
    if (step.records() == 0) {
      step.forward();
      return;
    }
    StagedRecord record = step.record(0);
    long count = record.exists() ? Wire.i64(record.memory(), record.offset()) : 0;
    long at = record.write(8);
    MemorySegment memory = record.memory();
    Wire.put64(memory, at, count + 1);
    if (count % 5 == 4) {
      step.drop(DropReason.RULE);
    } else {
      step.forward();
    }
  }
}

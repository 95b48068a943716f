package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * Counts the packets of each flow in a record that names its flow, and fetches another record,
 * which names it too, whose key follows from the count. A step that is shown anything but what the
 * store holds for its keys finds a wrong name.
 */
final class LinkedFunction implements NetworkFunction {
  private static final int LINKS = 5;

  private final StateLayout layout = new StateLayout("linked");
  private final StateTable flows = layout.table("flows", FlowKeys.MAX_LENGTH, 16, TableClass.FLOW);
  private final StateTable links = layout.table("links", 8, 8, TableClass.FLOW);
  private final MemorySegment scratch = MemorySegment.ofArray(new long[1]);

  @Override
  public StateLayout layout() {
    return layout;
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    long at = keys.reserve(FlowKeys.MAX_LENGTH);
    keys.commit(flows, FlowKeys.writeBidirectional(packet, keys.memory(), at));
  }

  @Override
  public void process(Packet packet, Step step) {
    long name = FlowKeys.flowHash(packet);
    StagedRecord flow = step.record(0);
    long count = flow.exists() ? named(flow, name, 8) : 0;
    scratch.set(ValueLayout.JAVA_LONG, 0, name + count % LINKS);
    StagedRecord link = step.fetch(links, scratch, 0, 8);
    if (link == null) {
      return;
    }
    if (link.exists()) {
      named(link, name, 0);
    } else {
      long at = link.write(8);
      link.memory().set(ValueLayout.JAVA_LONG_UNALIGNED, at, name);
    }
    long at = flow.write(16);
    flow.memory().set(ValueLayout.JAVA_LONG_UNALIGNED, at, name);
    flow.memory().set(ValueLayout.JAVA_LONG_UNALIGNED, at + 8, count + 1);
    step.forward();
  }

  /** A number in a record that must bear the name. */
  private static long named(StagedRecord record, long name, long offset) {
    long found = record.memory().get(ValueLayout.JAVA_LONG_UNALIGNED, record.offset());
    if (found != name) {
      throw new IllegalStateException("record of " + found + " shown to " + name);
    }
    return record.memory().get(ValueLayout.JAVA_LONG_UNALIGNED, record.offset() + offset);
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    throw new IllegalStateException("no timer was armed");
  }
}

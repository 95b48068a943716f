package org.statelessnf.nf.chain;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.FailurePolicy;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.Packet;

/**
 * Network functions one behind the other, as one. The first is next to the inside: packets from the
 * inside pass them in order, packets from the outside in the opposite order. Each sees the packet
 * as those before it left it. A function that says so ({@link NetworkFunction#isFirst}) comes
 * before the others in both directions, wherever it is in the list.
 *
 * <p>Their records are read together as far as their keys are known ({@link
 * NetworkFunction#mayRewrite}), and the packet is released once. Each function is a {@linkplain
 * Step#proceed leg} of its own, so that its writes are settled before the next one sees the packet:
 * functions that do not write, as those of established flows, cost no round trip. What a function
 * emits passes the functions between it and the side that the frame leaves to; a packet turned back
 * (hairpin) passes those that it came through once more, as one from the outside. A drop anywhere
 * is the packet's verdict, though what the functions before it wrote stands, as it would in
 * separate boxes.
 *
 * <p>Tables keep their names, so a function in a chain shares its state with the same function on
 * its own; the timers of a chain are a queue of the chain's.
 *
 * <p>Thread and lifetime as for any {@link NetworkFunction}.
 */
public final class Chain implements NetworkFunction {
  private final StateLayout layout;
  private final List<Link> links = new ArrayList<>();
  private final List<Link> linkOfTable = new ArrayList<>();
  private final List<StateTable> ownTable = new ArrayList<>();
  private final FailurePolicy policy;
  private final boolean mayRewrite;
  private final Passage passage;

  /**
   * A chain.
   *
   * @param functions from the inside to the outside, at least one, all of different kinds
   * @throws ConfigException if a function occurs twice
   */
  public Chain(List<? extends NetworkFunction> functions) {
    List<String> names = functions.stream().map(f -> f.layout().owner()).toList();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new ConfigException(name + " occurs twice in a chain");
      }
    }
    this.layout = new StateLayout(names.stream().collect(Collectors.joining("-", "chain-", "")));
    boolean passes = true;
    boolean rewrites = false;
    boolean ordered = functions.stream().anyMatch(NetworkFunction::putsInOrder);
    for (NetworkFunction function : functions) {
      Link link = new Link(links.size(), function, ordered && !function.putsInOrder(), layout);
      links.add(link);
      for (StateTable table : function.layout().tables()) {
        linkOfTable.add(link);
        ownTable.add(table);
      }
      passes &= function.onStoreFailure() == FailurePolicy.PASS;
      rewrites |= function.mayRewrite();
    }
    this.policy = passes ? FailurePolicy.PASS : FailurePolicy.DROP;
    this.mayRewrite = rewrites;
    this.passage = new Passage(layout.owner(), links);
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  /** Fail-open only if all functions are. */
  @Override
  public FailurePolicy onStoreFailure() {
    return policy;
  }

  @Override
  public boolean mayRewrite() {
    return mayRewrite;
  }

  @Override
  public void housekeeping(NfContext context) {
    for (Link link : links) {
      link.function.housekeeping(link.context(context));
    }
  }

  @Override
  public void close(NfContext context) {
    for (Link link : links) {
      link.function.close(link.context(context));
    }
  }

  @Override
  public void reported(MemorySegment report, long offset, int length) {
    int link = report.get(ValueLayout.JAVA_BYTE, offset);
    links.get(link).function.reported(report, offset + 1, length - 1);
  }

  // --- packets ---

  @Override
  public void locate(Packet packet, Keys keys) {
    passage.locate(packet, keys);
  }

  @Override
  public void process(Packet packet, Step chain) {
    passage.packet(packet, chain);
  }

  // --- timers ---

  private record LinkTimer(TimerEvent chained, StateTable table) implements TimerEvent {
    @Override
    public MemorySegment key() {
      return chained.key();
    }

    @Override
    public long keyOffset() {
      return chained.keyOffset();
    }

    @Override
    public int keyLength() {
      return chained.keyLength();
    }
  }

  @Override
  public void locate(TimerEvent timer, Keys keys) {
    int table = timer.table().index();
    Link link = linkOfTable.get(table);
    link.function.locate(new LinkTimer(timer, ownTable.get(table)), new LinkKeys(link, keys));
  }

  @Override
  public void onTimer(TimerEvent timer, Step chain) {
    int table = timer.table().index();
    TimerEvent own = new LinkTimer(timer, ownTable.get(table));
    passage.timer(own, linkOfTable.get(table), chain);
  }
}

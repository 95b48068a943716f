package org.statelessnf.host.live;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.statelessnf.io.wire.WireEvent;

/** The wires of a run, one for each pipe. One thread. */
public final class Wires implements AutoCloseable {
  private final List<Wire> all = new ArrayList<>();

  /** None yet. */
  public Wires() {}

  /** Adds one, and returns it. */
  public Wire add(Wire wire) {
    all.add(wire);
    return wire;
  }

  /** What they have done beside the network function, all together, by side. */
  public Map<String, Map<WireEvent, Long>> events() {
    Map<String, Map<WireEvent, Long>> sums = new LinkedHashMap<>();
    for (Wire wire : all) {
      wire.counters()
          .forEach((side, counters) -> {
            Map<WireEvent, Long> sum =
                sums.computeIfAbsent(side, any -> new EnumMap<>(WireEvent.class));
            counters.all().forEach((event, count) -> sum.merge(event, count, Long::sum));
          });
    }
    return sums;
  }

  /** Gives back the packets that they hold. The pipes must have ended, the devices not. */
  @Override
  public void close() {
    all.forEach(Wire::close);
  }
}

package org.statelessnf.io.wire;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** How often each {@link WireEvent} occurred. Written by one thread, readable from any. */
public final class WireCounters {
  private final AtomicLongArray counts = new AtomicLongArray(WireEvent.count());

  /** All are 0. */
  public WireCounters() {}

  void count(WireEvent event) {
    int index = event.ordinal();
    counts.setOpaque(index, counts.getPlain(index) + 1); // one writer
  }

  /**
   * How often something occurred.
   *
   * @param event what
   */
  public long of(WireEvent event) {
    return counts.getOpaque(event.ordinal());
  }

  /** All that occurred at least once. */
  public Map<WireEvent, Long> all() {
    Map<WireEvent, Long> all = new EnumMap<>(WireEvent.class);
    for (WireEvent event : WireEvent.values()) {
      long count = of(event);
      if (count > 0) {
        all.put(event, count);
      }
    }
    return all;
  }
}

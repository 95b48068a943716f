package org.statelessnf.host.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Feature;

/**
 * What is measured of a store.
 *
 * @param kind what is asked
 * @param batch slots of one request
 */
public record Operation(Kind kind, int batch) {
  /** Batch sizes of multi-reads and multi-writes. */
  public static final List<Integer> BATCHES = List.of(1, 8, 32, 100, 256);

  private static final int CONDITIONAL_BATCH = 100;
  private static final int CLAIMED_AT_ONCE = 32;

  /** What is asked. */
  public enum Kind {
    /** Read one record. */
    READ("read", null),
    /** Write one record, whatever its version is. */
    WRITE("write", null),
    /** Write one record if it has the version last seen. */
    CONDITIONAL_WRITE("conditional write", null),
    /** Add to a counter. */
    INCREMENT("increment", Feature.INCREMENT),
    /** Read several records. */
    MULTI_READ("multi-read", null),
    /** Write several records. */
    MULTI_WRITE("multi-write", null),
    /** Write several records, each if it has the version last seen: what engines do. */
    CONDITIONAL_MULTI_WRITE("conditional multi-write", null),
    /** Add to a Bloom filter. */
    FILTER_ADD("filter add", Feature.FILTER),
    /** Ask a Bloom filter. */
    FILTER_TEST("filter test", Feature.FILTER),
    /** Set a timer. */
    TIMER_SCHEDULE("timer schedule", Feature.TIMERS),
    /** Claim timers that are due. */
    TIMER_CLAIM("timer claim", Feature.TIMERS);

    private final String title;
    private final @Nullable Feature needed;

    Kind(String title, @Nullable Feature needed) {
      this.title = title;
      this.needed = needed;
    }

    /** For people. */
    public String title() {
      return title;
    }
  }

  /** All of them, in the order of reports. */
  public static List<Operation> all() {
    List<Operation> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      switch (kind) {
        case MULTI_READ, MULTI_WRITE -> BATCHES.forEach(size -> all.add(new Operation(kind, size)));
        case CONDITIONAL_MULTI_WRITE -> all.add(new Operation(kind, CONDITIONAL_BATCH));
        case TIMER_CLAIM -> all.add(new Operation(kind, CLAIMED_AT_ONCE));
        default -> all.add(new Operation(kind, 1));
      }
    }
    return all;
  }

  /** Name in reports, such as {@code multi-read 100}. */
  public String name() {
    return switch (kind) {
      case MULTI_READ, MULTI_WRITE, CONDITIONAL_MULTI_WRITE, TIMER_CLAIM ->
          kind.title + " " + batch;
      default -> kind.title;
    };
  }

  /** Name in file names, such as {@code multi-read-100}. */
  public String fileName() {
    return name().toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  /**
   * The feature that a store would have to declare and does not.
   *
   * @param declared what it declares
   * @return null if the store does this operation
   */
  public @Nullable Feature missing(Capabilities declared) {
    Feature needed = kind.needed;
    return needed == null || declared.has(needed) ? null : needed;
  }
}

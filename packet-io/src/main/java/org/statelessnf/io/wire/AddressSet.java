package org.statelessnf.io.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of IP addresses, as ranges. An address is two longs; an IPv4 address is IPv4-mapped (RFC
 * 4291 section 2.5.5.2), see {@link IpAddress}. Immutable; asking does not allocate.
 */
public final class AddressSet {
  /** No address. */
  public static final AddressSet NONE = new AddressSet(List.of());

  private final List<Range> ranges;

  /**
   * Addresses that follow each other and have their high half in common.
   *
   * @param high high 64 bits of all
   * @param low low 64 bits of the first
   * @param count how many, at least 1
   */
  public record Range(long high, long low, int count) {
    /** Checks that there is one, and that the low half does not overflow. */
    public Range {
      if (count < 1 || Long.compareUnsigned(low + count - 1, low) < 0) {
        throw new IllegalArgumentException(
            count + " addresses from " + IpAddress.format(high, low));
      }
    }
  }

  /** Called with an address. */
  @FunctionalInterface
  interface Visitor {
    void visit(long high, long low);
  }

  private AddressSet(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /** A set of ranges, which may overlap. */
  public static AddressSet of(List<Range> ranges) {
    return new AddressSet(ranges);
  }

  /** The addresses that are in this set or in another. */
  public AddressSet or(AddressSet other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return new AddressSet(all);
  }

  /**
   * Whether an address is in the set.
   *
   * @param high high 64 bits
   * @param low low 64 bits
   */
  public boolean contains(long high, long low) {
    for (int i = 0; i < ranges.size(); i++) { // no iterator: called per packet
      Range range = ranges.get(i);
      if (range.high == high && Long.compareUnsigned(low - range.low, range.count) < 0) {
        return true;
      }
    }
    return false;
  }

  /** Tells the visitor each address, range by range. */
  void forEach(Visitor visitor) {
    for (Range range : ranges) {
      for (int i = 0; i < range.count; i++) {
        visitor.visit(range.high, range.low + i);
      }
    }
  }

  @Override
  public String toString() {
    return ranges.toString();
  }
}

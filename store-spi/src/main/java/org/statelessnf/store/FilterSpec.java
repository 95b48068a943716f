package org.statelessnf.store;

/**
 * Names and sizes a Bloom filter, a set that answers "certainly not" or "perhaps" (rule F; Bloom,
 * CACM 13(7), 1970).
 *
 * @param namespace the tenant; empty for the store's default namespace
 * @param name as for tables, at most 48 characters
 * @param capacity elements per generation that the false-positive rate holds for
 * @param falsePositiveRate declared rate at capacity, in (0, 0.5]; the measured one stays within
 *     1.5 times of it
 * @param generations how many generations are asked, 1 to 8; elements are removed by dropping the
 *     oldest generation
 */
public record FilterSpec(
    String namespace, String name, long capacity, double falsePositiveRate, int generations) {
  private static final int MAX_NAME = 48;
  private static final int MAX_GENERATIONS = 8;

  /** Checks names and sizes. */
  public FilterSpec {
    Names.check("filter", name);
    Names.checkNamespace(namespace);
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException("filter name '" + name + "' exceeds " + MAX_NAME);
    }
    if (capacity < 1 || capacity > 1L << 30) {
      throw new IllegalArgumentException("capacity " + capacity + " not in 1..2^30");
    }
    if (!(falsePositiveRate > 0 && falsePositiveRate <= 0.5)) {
      throw new IllegalArgumentException(
          "falsePositiveRate " + falsePositiveRate + " not in (0, 0.5]");
    }
    if (generations < 1 || generations > MAX_GENERATIONS) {
      throw new IllegalArgumentException(
          "generations " + generations + " not in 1.." + MAX_GENERATIONS);
    }
  }

  /**
   * A one-generation filter in the default namespace.
   *
   * @param name its name
   * @param capacity elements the rate holds for
   * @param falsePositiveRate declared rate at capacity
   */
  public static FilterSpec of(String name, long capacity, double falsePositiveRate) {
    return new FilterSpec("", name, capacity, falsePositiveRate, 1);
  }

  /**
   * The same filter with several generations.
   *
   * @param count generations that are asked
   */
  public FilterSpec withGenerations(int count) {
    return new FilterSpec(namespace, name, capacity, falsePositiveRate, count);
  }

  /**
   * The same filter in another namespace.
   *
   * @param other the namespace
   */
  public FilterSpec inNamespace(String other) {
    return new FilterSpec(other, name, capacity, falsePositiveRate, generations);
  }
}

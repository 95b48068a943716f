package org.statelessnf.host.bench.report;

import java.util.List;

/**
 * What a benchmark found. The JSON file is this, member by member.
 *
 * @param format {@link #FORMAT}
 * @param setting where and how it ran
 * @param stores what it found about each store
 * @param functions what it found about each network function on each store
 */
public record BenchReport(
    String format, Setting setting, List<StoreReport> stores, List<FunctionReport> functions) {
  /** What the JSON file says it is. */
  public static final String FORMAT = "snf-bench/1";

  /**
   * Where and how a benchmark ran.
   *
   * @param command the command line
   * @param seed what keys and their order followed from
   * @param time when it began
   * @param host processors, memory, operating system
   * @param jvm name and version
   * @param version of this project
   * @param nanosPerMeasurement time given to each operation of each store, all rounds together
   * @param rounds how often each was measured
   * @param keys records in each store
   * @param keyBytes length of a key
   * @param valueBytes length of a value
   * @param load requests of the open loop, as a share of what one request at a time made; 0 if
   *     their rate was given
   * @param packets of each kind of traffic
   */
  public record Setting(
      String command,
      long seed,
      String time,
      String host,
      String jvm,
      String version,
      long nanosPerMeasurement,
      int rounds,
      int keys,
      int keyBytes,
      int valueBytes,
      double load,
      int packets) {}
}

package org.statelessnf.host.command;

import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Durations;
import org.statelessnf.host.UsageException;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.reassembly.OverlapPolicy;
import org.statelessnf.nf.reassembly.Reassembly;
import org.statelessnf.nf.reassembly.ReassemblyConfig;
import org.statelessnf.nf.reassembly.ReassemblyEvent;
import picocli.CommandLine.Option;

/** What the re-assembly is told. */
final class ReassemblyOptions {
  @Option(
      names = "--overlap",
      paramLabel = "POLICY",
      description =
          "Re-assembly: which copy of a byte counts: first (default), last, bsd, linux or"
              + " windows.")
  private @Nullable String overlap;

  @Option(
      names = "--hold-bytes",
      paramLabel = "N",
      description = "Re-assembly: bytes that wait in a direction (default and most: 60000).")
  private @Nullable Integer holdBytes;

  @Option(
      names = "--hold-segments",
      paramLabel = "N",
      description = "Re-assembly: segments that wait in a direction (default and most: 64).")
  private @Nullable Integer holdSegments;

  @Option(
      names = "--hold-time",
      paramLabel = "TIME",
      description = "Re-assembly: how long a gap is waited for (default 1s).")
  private @Nullable String holdTime;

  @Option(
      names = "--depth",
      paramLabel = "BYTES",
      description =
          "Re-assembly: bytes of a direction after which segments pass as they come"
              + " (default: never).")
  private @Nullable Long depth;

  Supplier<NetworkFunction> function(boolean midstream, ReassemblyEvent.Sink events) {
    ReassemblyConfig defaults = ReassemblyConfig.defaults();
    try {
      ReassemblyConfig config =
          defaults
              .withPolicy(overlap == null ? defaults.policy() : policy(overlap))
              .withMidstream(midstream)
              .withLimits(
                  holdBytes == null ? defaults.maxHeldBytes() : holdBytes,
                  holdSegments == null ? defaults.maxHeldSegments() : holdSegments,
                  depth == null ? defaults.depth() : depth,
                  holdTime == null
                      ? defaults.holdNanos()
                      : Durations.nanos("--hold-time", holdTime));
      return () -> new Reassembly(config, events);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--hold-bytes, --hold-segments, --hold-time, --depth: " + e.getMessage(), e);
    }
  }

  /** What was given; null if nothing was. */
  @Nullable Object given() {
    return overlap != null
        ? overlap
        : holdBytes != null
            ? holdBytes
            : holdSegments != null ? holdSegments : holdTime != null ? holdTime : depth;
  }

  private static OverlapPolicy policy(String name) {
    for (OverlapPolicy policy : OverlapPolicy.values()) {
      if (policy.name().toLowerCase(Locale.ROOT).equals(name)) {
        return policy;
      }
    }
    throw new UsageException(
        "--overlap '" + name + "' is not one of first, last, bsd, linux, windows");
  }
}

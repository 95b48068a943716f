package org.statelessnf.host.command;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Durations;
import org.statelessnf.host.UsageException;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.defrag.Defrag;
import org.statelessnf.nf.defrag.DefragConfig;
import picocli.CommandLine.Option;

/** What the re-assembly of fragments is told. */
final class DefragOptions {
  @Option(
      names = "--fragment-time",
      paramLabel = "TIME",
      description = "Defrag: how long the rest of an IPv4 datagram is waited for (default 30s).")
  private @Nullable String time;

  @Option(
      names = "--fragments",
      paramLabel = "N",
      description = "Defrag: most fragments of a datagram (default 64, at most 1024).")
  private @Nullable Integer fragments;

  Supplier<NetworkFunction> function() {
    DefragConfig defaults = DefragConfig.defaults();
    try {
      DefragConfig config =
          defaults
              .withIpv4Nanos(
                  time == null ? defaults.ipv4Nanos() : Durations.nanos("--fragment-time", time))
              .withMaxFragments(fragments == null ? defaults.maxFragments() : fragments);
      return () -> new Defrag(config);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--fragment-time, --fragments: " + e.getMessage(), e);
    }
  }

  /** What was given; null if nothing was. */
  @Nullable Object given() {
    return time != null ? time : fragments;
  }
}

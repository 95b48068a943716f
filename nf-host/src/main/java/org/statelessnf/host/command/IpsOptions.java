package org.statelessnf.host.command;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.UsageException;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.ips.AlertSink;
import org.statelessnf.nf.ips.Ips;
import org.statelessnf.nf.ips.IpsConfig;
import org.statelessnf.nf.ips.RuleSet;
import org.statelessnf.nf.reassembly.ReassemblyEvent;
import picocli.CommandLine.Option;

/** What the IPS is told, and where it and the re-assembly tell what they see. */
final class IpsOptions implements AutoCloseable {
  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description = "IPS: rules in Suricata's language, see docs/ips.md (required).")
  private @Nullable Path rules;

  @Option(
      names = "--alerts",
      paramLabel = "FILE",
      description = "IPS, re-assembly: where alerts go, a line of EVE JSON each.")
  private @Nullable Path alerts;

  @Option(
      names = "--no-midstream",
      description = "IPS, re-assembly: leave connections alone whose begin was not seen.")
  private boolean noMidstream;

  private @Nullable EveLog log;

  Supplier<NetworkFunction> function() {
    if (rules == null) {
      throw new UsageException("--nf ips needs --rules FILE");
    }
    RuleSet compiled = RuleSet.load(rules);
    AlertSink sink = alerts == null ? AlertSink.NONE : log(alerts);
    IpsConfig config = IpsConfig.of(compiled, sink).withMidstream(midstream());
    return () -> new Ips(config);
  }

  /** Where the re-assembly's events go. */
  ReassemblyEvent.Sink events() {
    return alerts == null ? ReassemblyEvent.Sink.NONE : log(alerts);
  }

  boolean midstream() {
    return !noMidstream;
  }

  /** The file, opened once. */
  private EveLog log(Path file) {
    EveLog opened = log;
    if (opened == null) {
      if (file.equals(rules)) {
        throw new UsageException("--alerts " + file + " is the file of the rules");
      }
      opened = EveLog.open(file);
      log = opened;
    }
    return opened;
  }

  @Nullable Path rules() {
    return rules;
  }

  @Nullable Path alerts() {
    return alerts;
  }

  /** Writes out the alerts. */
  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}

package org.statelessnf.host.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Durations;
import org.statelessnf.host.Json;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.host.UsageException;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.defrag.Defrag;
import org.statelessnf.nf.defrag.DefragConfig;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.firewall.FlowView;
import org.statelessnf.nf.ips.AlertSink;
import org.statelessnf.nf.ips.Ips;
import org.statelessnf.nf.ips.IpsConfig;
import org.statelessnf.nf.ips.RuleSet;
import org.statelessnf.nf.lb.LbConfig;
import org.statelessnf.nf.lb.LoadBalancer;
import org.statelessnf.nf.nat.Nat;
import org.statelessnf.nf.nat.NatConfig;
import org.statelessnf.nf.reassembly.Reassembly;
import org.statelessnf.nf.reassembly.ReassemblyConfig;
import org.statelessnf.nf.reassembly.ReassemblyEvent;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code snf state}: the operator's view of a network function's state. */
@Command(
    name = "state",
    description = "Shows the state that a network function has in a store.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  snf state list --store redis://localhost --nf firewall --limit 20",
      "  snf state get --store redis://localhost --nf firewall '10.0.0.1:4242'",
      "  snf state watch --store redis://localhost --nf nat --interval 500ms"
    })
public final class StateCommand implements Runnable {
  private static final String EXTERNAL_IS_NOT_NEEDED_TO_LOOK = "192.0.2.1";

  @CommandLine.Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(spec.commandLine(), "list, get or watch is missing");
    }
  }

  @Command(
      name = "list",
      description = "Lists records, one a line.",
      mixinStandardHelpOptions = true)
  void list(
      @Option(names = "--store", required = true, paramLabel = "URI") String store,
      @Option(names = "--nf", required = true, paramLabel = "NAME") String function,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "1000") int limit,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table")
          OutputFormat format) {
    show(store, function, limit, format, "");
  }

  @Command(
      name = "get",
      description = "Shows the records whose text or key (hex) contains TEXT.",
      mixinStandardHelpOptions = true)
  void get(
      @Option(names = "--store", required = true, paramLabel = "URI") String store,
      @Option(names = "--nf", required = true, paramLabel = "NAME") String function,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table")
          OutputFormat format,
      @Parameters(paramLabel = "TEXT") String text) {
    show(store, function, Integer.MAX_VALUE, format, text);
  }

  @Command(
      name = "watch",
      description =
          "Lists records, then tells what was added (+), changed (~) and removed (-), until"
              + " interrupted.",
      mixinStandardHelpOptions = true)
  void watch(
      @Option(names = "--store", required = true, paramLabel = "URI") String store,
      @Option(names = "--nf", required = true, paramLabel = "NAME") String function,
      @Option(
              names = "--interval",
              paramLabel = "TIME",
              defaultValue = "1s",
              description = "Between two looks (default 1s).")
          String interval,
      @Option(
              names = "--times",
              paramLabel = "N",
              defaultValue = "0",
              description = "Looks, then end (default: until interrupted).")
          int times,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table",
              description = "table (default) or json: an object a line.")
          OutputFormat format)
      throws InterruptedException {
    if (spec == null) {
      return;
    }
    if (times < 0) {
      throw new UsageException("--times " + times + " < 0");
    }
    long nanos = Durations.nanos("--interval", interval);
    StateWatch watch = new StateWatch(function, format, spec.commandLine().getOut());
    try (StateStore opened = Stores.open(store)) {
      if (isGone(opened, "watch")) {
        return;
      }
      watch.run(opened, nanos, times);
    }
  }

  /** Tells that there is nothing to see of other processes' state. */
  private boolean isGone(StateStore store, String what) {
    boolean gone = store.capabilities().scope() == Scope.PROCESS;
    if (gone && spec != null) {
      spec.commandLine()
          .getErr()
          .println(
              "snf state: " + store.uri() + " lives and dies with its process: nothing to " + what);
    }
    return gone;
  }

  private void show(
      String uri, String function, int limit, OutputFormat format, String containing) {
    if (spec == null) {
      return;
    }
    if (limit < 1) {
      throw new UsageException("--limit " + limit + " < 1");
    }
    PrintWriter out = spec.commandLine().getOut();
    StateLayout layout = layout(function);
    ArrayNode all = Json.array();
    int shown = 0;
    try (StateStore store = Stores.open(uri);
        StoreSession session = store.openSession()) {
      if (isGone(store, "see") && format == OutputFormat.TABLE) {
        return;
      }
      for (StateTable table : layout.tables()) {
        try (ScanCursor cursor = session.scan(store.table(table.spec()))) {
          while (shown < limit && cursor.next()) {
            String key = HexFormat.of().formatHex(cursor.key());
            String text = describe(function, layout, table, cursor);
            if (text.contains(containing) || key.contains(containing)) {
              shown++;
              if (format == OutputFormat.JSON) {
                ObjectNode record = all.addObject();
                record.put("table", table.name());
                record.put("key", key);
                record.put("version", cursor.version());
                record.put("text", text);
              } else {
                out.println(table.name() + "  " + text);
              }
            }
          }
        }
      }
    }
    if (format == OutputFormat.JSON) {
      out.println(Json.text(all));
    }
  }

  static StateLayout layout(String function) {
    return switch (function) {
      case "firewall" -> new Firewall(FirewallConfig.defaults()).layout();
      case "nat" -> new Nat(NatConfig.of(EXTERNAL_IS_NOT_NEEDED_TO_LOOK)).layout();
      case "lb" -> new LoadBalancer(new LbConfig(List.of())).layout();
      case "defrag" -> new Defrag(DefragConfig.defaults()).layout();
      case "reassembly" ->
          new Reassembly(ReassemblyConfig.defaults(), ReassemblyEvent.Sink.NONE).layout();
      case "ips" ->
          new Ips(IpsConfig.of(RuleSet.parse(Path.of(""), List.of()), AlertSink.NONE)).layout();
      default ->
          throw new UsageException(
              "--nf '" + function + "' is not one of firewall, nat, lb, defrag, reassembly, ips");
    };
  }

  static String describe(String function, StateLayout layout, StateTable table, ScanCursor cursor) {
    String name = table.name().substring(layout.owner().length() + 1);
    byte[] key = cursor.key();
    byte[] value = cursor.value();
    return switch (function) {
      case "firewall" -> {
        FlowView view = FlowView.of(key, value);
        yield view == null ? "record of an unknown format" : view.toString();
      }
      case "nat" -> Nat.describe(name, key, value);
      case "defrag" -> Defrag.describe(key, value);
      case "reassembly" -> Reassembly.describe(name, key, value);
      case "ips" -> Ips.describe(key, value);
      default -> LoadBalancer.describe(name, key, value);
    };
  }
}

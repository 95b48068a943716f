package org.statelessnf.host.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Json;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.host.Text;
import org.statelessnf.host.TextTable;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Feature;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code snf stores}: the backends found on the class path. */
@Command(
    name = "stores",
    description = "Backends found, their URI schemes and what they declare.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  snf stores", "  snf stores -o json | jq -r '.[].schemes[]'"})
public final class StoresCommand implements Runnable {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (default) or json.")
  private OutputFormat format = OutputFormat.TABLE;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec == null) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    List<StateStoreProvider> providers = Stores.providers();
    if (format == OutputFormat.JSON) {
      out.println(json(providers));
    } else {
      out.print(table(providers));
    }
  }

  private static String json(List<StateStoreProvider> providers) {
    ArrayNode all = Json.array();
    for (StateStoreProvider provider : providers) {
      Capabilities declared = provider.typicalCapabilities();
      ObjectNode one = all.addObject();
      one.put("name", provider.name());
      ArrayNode schemes = one.putArray("schemes");
      new TreeSet<>(provider.schemes()).forEach(schemes::add);
      one.put("summary", provider.summary());
      ArrayNode options = one.putArray("options");
      new TreeSet<>(provider.options()).forEach(options::add);
      ObjectNode capabilities = one.putObject("capabilities");
      capabilities.put("scope", declared.scope().name());
      capabilities.put("consistency", declared.consistency().name());
      capabilities.put("durability", declared.durability().name());
      capabilities.put("maxKeyBytes", declared.maxKeyBytes());
      capabilities.put("maxValueBytes", declared.maxValueBytes());
      capabilities.put("maxInFlight", declared.maxInFlight());
      ArrayNode features = capabilities.putArray("features");
      declared.features().forEach(feature -> features.add(feature.name()));
    }
    return Json.text(all);
  }

  private static String table(List<StateStoreProvider> providers) {
    if (providers.isEmpty()) {
      return "no backend found on the class path\n";
    }
    TextTable summaries = new TextTable("backend", "schemes", "what it is");
    List<String> titles = new ArrayList<>(List.of("capability"));
    for (StateStoreProvider provider : providers) {
      TreeSet<String> schemes = new TreeSet<>();
      provider.schemes().forEach(scheme -> schemes.add(scheme + ":"));
      summaries.row(provider.name(), String.join(" ", schemes), provider.summary());
      titles.add(provider.name());
    }
    TextTable declared = new TextTable(titles.toArray(String[]::new));
    row(declared, "scope", providers, c -> lower(c.scope()));
    row(declared, "consistency", providers, c -> lower(c.consistency()));
    row(declared, "durability", providers, c -> lower(c.durability()));
    row(declared, "key, bytes", providers, c -> limit(c.maxKeyBytes()));
    row(declared, "value, bytes", providers, c -> limit(c.maxValueBytes()));
    row(declared, "batches in flight", providers, c -> limit(c.maxInFlight()));
    for (Feature feature : Feature.values()) {
      row(declared, lower(feature), providers, c -> c.has(feature) ? "yes" : "-");
    }
    return summaries + "\n" + declared;
  }

  private interface Cell {
    String of(Capabilities capabilities);
  }

  private static void row(
      TextTable table, String title, List<StateStoreProvider> providers, Cell cell) {
    List<Object> cells = new ArrayList<>(List.of(title));
    providers.forEach(provider -> cells.add(cell.of(provider.typicalCapabilities())));
    table.row(cells.toArray());
  }

  private static String limit(int number) {
    return number == Integer.MAX_VALUE ? "any" : Text.count(number);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

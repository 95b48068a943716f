package org.statelessnf.conformance.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.statelessnf.store.Capabilities;

/**
 * The result as JSON, to be kept and compared: versions, store, capabilities, seed, every rule with
 * its result and measurements, JVM and host.
 */
public final class Certificate {
  /** Version of the format. */
  private static final int FORMAT = 1;

  private Certificate() {}

  /**
   * Writes it.
   *
   * @param result of a run
   */
  public static String of(ConformanceResult result) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", FORMAT);
    root.put("result", result.passed() ? "passed" : "failed");
    root.put("complete", result.complete());
    root.put("kit", version(Certificate.class));
    root.put("contract", version(Capabilities.class));
    root.put("store", store(result.store()));
    root.put("seed", result.seed());
    root.put("scale", result.scale());
    root.put("started", result.started().toString());
    root.put("elapsedMillis", result.took().toMillis());
    root.put("counts", counts(result));
    root.put("jvm", jvm());
    root.put("problems", result.problems());
    List<Object> rules = new ArrayList<>();
    result.rules().forEach(rule -> rules.add(rule(rule)));
    root.put("rules", rules);
    return Json.of(root);
  }

  private static Map<String, Object> store(StoreFacts facts) {
    Capabilities declared = facts.capabilities();
    Map<String, Object> capabilities = new LinkedHashMap<>();
    capabilities.put("scope", declared.scope());
    capabilities.put("consistency", declared.consistency());
    capabilities.put("durability", declared.durability());
    capabilities.put("maxKeyBytes", declared.maxKeyBytes());
    capabilities.put("maxValueBytes", declared.maxValueBytes());
    capabilities.put("maxInFlight", declared.maxInFlight());
    capabilities.put("features", new TreeSet<>(declared.features()));
    Map<String, Object> store = new LinkedHashMap<>();
    store.put("uri", facts.uri());
    store.put("description", facts.description());
    store.put("capabilities", capabilities);
    return store;
  }

  private static Map<String, Object> counts(ConformanceResult result) {
    Map<String, Object> counts = new LinkedHashMap<>();
    for (RuleResult.Status status : RuleResult.Status.values()) {
      counts.put(status.name().toLowerCase(Locale.ROOT), result.count(status));
    }
    return counts;
  }

  private static Map<String, Object> jvm() {
    Map<String, Object> jvm = new LinkedHashMap<>();
    jvm.put("name", System.getProperty("java.vm.name"));
    jvm.put("version", System.getProperty("java.vm.version"));
    jvm.put("vendor", System.getProperty("java.vendor"));
    jvm.put(
        "os",
        "%s %s %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    jvm.put("processors", Runtime.getRuntime().availableProcessors());
    return jvm;
  }

  private static Map<String, Object> rule(RuleResult result) {
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("id", result.rule().id());
    rule.put("level", result.rule().level().name().toLowerCase(Locale.ROOT));
    rule.put("test", result.rule().method());
    rule.put("text", result.rule().text());
    rule.put("result", result.status().name().toLowerCase(Locale.ROOT));
    if (!result.reason().isEmpty()) {
      rule.put("reason", result.reason());
    }
    rule.put("millis", result.took().toMillis());
    if (!result.measurements().isEmpty()) {
      rule.put("measurements", result.measurements());
    }
    return rule;
  }

  private static String version(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}

package org.statelessnf.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.statelessnf.conformance.kit.KitOptions;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.kit.RuleInfo;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.report.Certificate;
import org.statelessnf.conformance.report.ConformanceResult;
import org.statelessnf.conformance.report.JunitXml;
import org.statelessnf.conformance.report.StoreFacts;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUnavailableException;

/**
 * Runs the suite against a store without a build: what {@code snf conformance} calls. The tests are
 * the same that a backend's {@link StoreConformanceTest} runs.
 */
public final class ConformanceRunner {
  /** Name of the JUnit XML file in the report directory. */
  public static final String JUNIT_XML = "TEST-conformance.xml";

  /** Name of the certificate in the report directory. */
  public static final String CERTIFICATE = "certificate.json";

  private ConformanceRunner() {}

  /** The rules of the suite, by id. */
  public static List<RuleInfo> rules() {
    return RuleInfo.all(RunnerSuite.class);
  }

  /**
   * The rules that options select, by id; none if they name a rule that there is not.
   *
   * @param options what is wanted
   */
  public static List<RuleInfo> rules(ConformanceOptions options) {
    return rules().stream().filter(rule -> options.selects(rule.id())).toList();
  }

  /**
   * Runs the suite against the store that a URI names.
   *
   * @param uri as for {@link org.statelessnf.store.Stores#open}
   * @param reportDirectory where JUnit XML and certificate go, created if need be; null for none
   * @param listener told how it gets on
   * @param options what can be set
   * @return the result; {@link ConformanceResult#passed} says whether the store conforms
   * @throws StoreConfigException if the URI is wrong
   * @throws IllegalArgumentException if the options select a rule that there is not
   * @throws StoreUnavailableException if the store cannot be reached at the start
   * @throws IOException if the reports cannot be written
   */
  public static ConformanceResult run(
      String uri,
      @Nullable Path reportDirectory,
      ConformanceListener listener,
      ConformanceOptions options)
      throws IOException {
    return run(StoreFixture.of(uri), reportDirectory, listener, options);
  }

  /**
   * Runs the suite against the store of a fixture, which is closed in the end.
   *
   * @param fixture supplies the store, and faults if it can
   * @param reportDirectory where JUnit XML and certificate go, created if need be; null for none
   * @param listener told how it gets on
   * @param options what can be set
   * @return the result
   * @throws IllegalArgumentException if the options select a rule that there is not
   * @throws StoreUnavailableException if the store cannot be reached at the start
   * @throws IOException if the reports cannot be written
   */
  public static ConformanceResult run(
      StoreFixture fixture,
      @Nullable Path reportDirectory,
      ConformanceListener listener,
      ConformanceOptions options)
      throws IOException {
    try (fixture) {
      requireKnown(options);
      if (reportDirectory != null) {
        Files.createDirectories(reportDirectory); // before the work, not after it
      }
      ConformanceResult result = execute(fixture, listener, options);
      if (reportDirectory != null) {
        Files.writeString(reportDirectory.resolve(JUNIT_XML), JunitXml.of(result));
        Files.writeString(reportDirectory.resolve(CERTIFICATE), Certificate.of(result));
      }
      return result;
    }
  }

  private static void requireKnown(ConformanceOptions options) {
    for (String wanted : options.rules()) {
      if (rules(options.withRules(wanted)).isEmpty()) {
        throw new IllegalArgumentException("there is no rule '%s'".formatted(wanted));
      }
    }
  }

  private static ConformanceResult execute(
      StoreFixture fixture, ConformanceListener listener, ConformanceOptions options)
      throws IOException {
    StoreFacts facts;
    try (StateStore store = fixture.open()) {
      facts = StoreFacts.of(store);
    }
    Long wanted = options.seed();
    long seed = wanted == null ? ThreadLocalRandom.current().nextLong(1, 1L << 48) : wanted;
    String token = UUID.randomUUID().toString();
    Instant started = Instant.now();
    RunCollector collector = new RunCollector(listener, facts, seed);
    RunnerSuite.FIXTURES.put(token, fixture);
    try {
      LauncherFactory.create(
              LauncherConfig.builder()
                  .enableTestExecutionListenerAutoRegistration(false)
                  .enableLauncherSessionListenerAutoRegistration(false)
                  .enableLauncherDiscoveryListenerAutoRegistration(false)
                  .enablePostDiscoveryFilterAutoRegistration(false)
                  .build())
          .execute(request(options, seed, token), collector);
    } finally {
      RunnerSuite.FIXTURES.remove(token);
    }
    Double scale =
        KitOptions.from(name -> Optional.ofNullable(parameters(options, seed).get(name))).scale();
    return collector.result(
        started, scale == null ? fixture.scale() : scale, options.rules().isEmpty());
  }

  private static LauncherDiscoveryRequest request(
      ConformanceOptions options, long seed, String token) {
    LauncherDiscoveryRequestBuilder builder =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(RunnerSuite.class))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .filters((PostDiscoveryFilter) test -> select(test, options))
            // What else is on the class path or set for tests is not to change a certificate.
            .enableImplicitConfigurationParameters(false)
            .configurationParameter(RunnerSuite.FIXTURE, token)
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false");
    parameters(options, seed).forEach(builder::configurationParameter);
    return builder.build();
  }

  /** What is set for this run, or else by system properties of the same names. */
  private static Map<String, String> parameters(ConformanceOptions options, long seed) {
    Map<String, String> parameters = new HashMap<>();
    for (String name : KitOptions.NAMES) {
      String set = System.getProperty(name);
      if (set != null) {
        parameters.put(name, set);
      }
    }
    parameters.put(KitOptions.SEED, Long.toString(seed));
    if (options.scale() != null) {
      parameters.put(KitOptions.SCALE, options.scale().toString());
    }
    if (options.hangLimit() != null) {
      parameters.put(
          KitOptions.HANG_SECONDS, Long.toString(Math.max(1, options.hangLimit().toSeconds())));
    }
    return parameters;
  }

  private static FilterResult select(TestDescriptor test, ConformanceOptions options) {
    boolean selected =
        test.getSource()
            .filter(MethodSource.class::isInstance)
            .map(source -> ((MethodSource) source).getJavaMethod().getAnnotation(Rule.class))
            .map(rule -> options.selects(rule.id()))
            .orElse(true);
    return FilterResult.includedIf(selected);
  }
}

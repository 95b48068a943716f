package org.statelessnf.conformance.kit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;
import org.statelessnf.conformance.process.Workers;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/**
 * What a rule's test works with: the store, clients that are closed after the test, names that
 * nobody else uses, random numbers that follow from the seed.
 */
public final class Kit {
  private static final int NAME_ROOM = 12;

  private final KitRun run;
  private final String ruleId;
  private final BiConsumer<String, String> reporter;
  private final List<Client> clients = Collections.synchronizedList(new ArrayList<>());
  private final List<StateStore> stores = Collections.synchronizedList(new ArrayList<>());
  private final List<AutoCloseable> others = Collections.synchronizedList(new ArrayList<>());
  private final Random random;

  Kit(KitRun run, String ruleId, BiConsumer<String, String> reporter) {
    this.run = run;
    this.ruleId = ruleId;
    this.reporter = reporter;
    this.random = new Random(run.options().seed() * 31 + ruleId.hashCode());
  }

  // --- the store ---

  /** The store; the same handle in every test, reopened where a test needed one of its own. */
  public StateStore store() {
    return run.store();
  }

  /** What the store declares. */
  public Capabilities capabilities() {
    return store().capabilities();
  }

  /** Whether the store declares a feature. */
  public boolean has(Feature feature) {
    return capabilities().has(feature);
  }

  /** The fixture of the store. */
  public StoreFixture fixture() {
    return run.fixture();
  }

  /**
   * A handle of the test's own, which it may close; the shared one is closed before, since a
   * process has one handle.
   */
  public StateStore openStore() {
    run.closeShared();
    return track(run.open());
  }

  /** A handle of the test's own through the fixture's proxy. */
  public StateStore openThroughProxy(long timeoutMillis) {
    return track(fixture().faults().openThroughProxy(timeoutMillis));
  }

  /**
   * Closes a handle after the test, if the test has not.
   *
   * @param opened a handle
   */
  public StateStore track(StateStore opened) {
    stores.add(opened);
    return opened;
  }

  /** A client on {@link #store}. */
  public Client client() {
    return client(store());
  }

  /**
   * A client on a handle; any thread may make one. Closed after the test.
   *
   * @param on a handle
   */
  public Client client(StateStore on) {
    return track(new Client(on));
  }

  /**
   * Closes a client after the test, if the test has not.
   *
   * @param opened a client
   */
  public Client track(Client opened) {
    clients.add(opened);
    return opened;
  }

  /** Other processes that use the same store; ended after the test. */
  public Workers workers() {
    String uri = fixture().uri();
    if (uri == null) {
      throw skip("the fixture gives no URI by which another process could open the store");
    }
    return closing(new Workers(uri));
  }

  /**
   * Closes something after the test.
   *
   * @param resource what
   */
  public <C extends AutoCloseable> C closing(C resource) {
    others.add(resource);
    return resource;
  }

  // --- names ---

  /**
   * A name that nothing else in the store has.
   *
   * @param suffix its end, for people; up to 12 characters
   */
  public String name(String suffix) {
    return run.uniqueName(suffix.substring(0, Math.min(suffix.length(), NAME_ROOM)));
  }

  /** A new table for keys of up to 128 bytes and values of up to 1 KiB. */
  public Table table() {
    return table(128, 1024);
  }

  /**
   * A new table.
   *
   * @param maxKeyBytes longest key
   * @param maxValueBytes longest value
   */
  public Table table(int maxKeyBytes, int maxValueBytes) {
    return table(TableSpec.of(name("t"), maxKeyBytes, maxValueBytes));
  }

  /**
   * Opens a table.
   *
   * @param spec whose name comes from {@link #name}
   */
  public Table table(TableSpec spec) {
    run.used(spec);
    return store().table(spec);
  }

  /** A new timer queue for ids of up to 64 and payloads of up to 256 bytes. */
  public TimerQueue queue() {
    return store().timers(TimerSpec.of(name("q"), 64, 256));
  }

  /**
   * A new filter.
   *
   * @param capacity elements per generation
   * @param falsePositiveRate at capacity
   * @param generations how many are asked
   */
  public BloomFilter filter(long capacity, double falsePositiveRate, int generations) {
    return store()
        .filter(FilterSpec.of(name("f"), capacity, falsePositiveRate).withGenerations(generations));
  }

  // --- work ---

  /** Random numbers that follow from the seed and the rule; for the test's own thread. */
  public Random random() {
    return random;
  }

  /**
   * Random numbers for another thread or process.
   *
   * @param index which one
   */
  public Random random(int index) {
    return new Random(seed() * 31 + ruleId.hashCode() + 7919L * (index + 1));
  }

  /** The seed of the run. */
  public long seed() {
    return run.options().seed();
  }

  /** The options of the run. */
  public KitOptions options() {
    return run.options();
  }

  /**
   * Scales bulk work.
   *
   * @param count at scale 1
   * @return at least 1
   */
  public int scaled(int count) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(count * run.scale())));
  }

  /** What each thread of {@link #parallel} does. */
  @FunctionalInterface
  public interface Work {
    /**
     * Does it.
     *
     * @param index 0 to threads - 1
     * @param client of this thread alone
     */
    void run(int index, Client client) throws Exception;
  }

  /**
   * Runs something in several threads at once, each with a session of its own, and waits for all.
   * The first failure is thrown.
   *
   * @param threads how many
   * @param work what
   */
  public void parallel(int threads, Work work) {
    parallel(threads, store(), work);
  }

  /**
   * The same on a handle of the test's own.
   *
   * @param threads how many
   * @param on the handle
   * @param work what
   */
  public void parallel(int threads, StateStore on, Work work) {
    Parallel.run(
        threads,
        index -> {
          try (Client client = client(on)) {
            work.run(index, client);
          }
        });
  }

  /**
   * Adds a measurement to the report of the rule.
   *
   * @param what its name
   * @param value its value
   */
  public void report(String what, Object value) {
    reporter.accept(what, String.valueOf(value));
  }

  /**
   * Ends the test as skipped: {@code throw kit.skip("…")}.
   *
   * @param reason shown in every report
   */
  public TestAbortedException skip(String reason) {
    throw new TestAbortedException(reason);
  }

  /** Skips the test unless the store declares linearizability. */
  public void requireLinearizable() {
    if (capabilities().consistency() == Consistency.EVENTUAL) {
      throw skip("the store declares consistency EVENTUAL");
    }
  }

  /**
   * Waits.
   *
   * @param millis how long at least
   */
  public static void sleep(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.sleep(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted: the hang guard ended the test", e);
      }
    }
  }

  /**
   * Text as bytes.
   *
   * @param text what
   */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // --- for the extension ---

  /** Rule C after a test that passed: nothing is in flight, every session can be closed and is. */
  void checkAndClose() throws Exception {
    for (Client client : copy(clients)) {
      int inFlight = client.session().isClosed() ? 0 : client.session().inFlight();
      Assertions.assertEquals(0, inFlight, "batches in flight after the test (rule C)");
    }
    close();
    for (Client client : copy(clients)) {
      Assertions.assertTrue(
          client.session().isClosed(), "a session says it is open after close (rule C)");
      Assertions.assertEquals(
          0,
          client.session().store().openSessions(),
          "sessions that the store counts as open after the test (rule C)");
    }
  }

  /** Closes everything the test opened; a failure to close is thrown after the rest was closed. */
  void close() throws Exception {
    List<AutoCloseable> all = new ArrayList<>(copy(others));
    all.addAll(copy(clients));
    all.addAll(copy(stores));
    Exception failure = null;
    for (AutoCloseable resource : all) {
      try {
        resource.close();
      } catch (Exception e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static <T> List<T> copy(List<T> list) {
    synchronized (list) {
      return List.copyOf(list);
    }
  }
}

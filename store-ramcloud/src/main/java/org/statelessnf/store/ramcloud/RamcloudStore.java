package org.statelessnf.store.ramcloud;

import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.support.AbstractStateStore;

/** A RAMCloud cluster, reached through its client library. */
final class RamcloudStore extends AbstractStateStore {
  static final int MAX_KEY_BYTES = 1024;

  /**
   * RAMCloud's objects have at most 1 MiB, their key and their header included; beyond, servers
   * die.
   */
  static final int MAX_VALUE_BYTES = (1 << 20) - 4096;

  private static final int RC_UNPARSABLE = 21;
  private static final long CLOSE_MILLIS = 2000;

  private static final Set<Feature> FEATURES =
      EnumSet.of(
          Feature.INCREMENT,
          Feature.IDLE_TTL,
          Feature.SCAN,
          Feature.TIMERS,
          Feature.FILTER,
          Feature.MISMATCH_VALUE);

  private final RamcloudOptions options;
  private final Library library;
  private final TableCalls tableCalls;
  private final Capabilities capabilities;

  private RamcloudStore(StoreUri uri, RamcloudOptions options, Library library) {
    super(uri);
    this.options = options;
    this.library = library;
    this.tableCalls = new TableCalls(library);
    this.capabilities = capabilities(options.maxInFlight(), options.durability());
  }

  static RamcloudStore open(StoreUri uri) {
    RamcloudOptions options = RamcloudOptions.parse(uri);
    long api = NativeRamcloud.library(options.library());
    NativeRamcloud.logFile(api, options.log());
    RamcloudStore store = new RamcloudStore(uri, options, new Library(api, options));
    long answer = store.tableCalls.open("snf", options.connectTimeout().toNanos());
    if (answer < 0) {
      store.close();
      if (answer == -RC_UNPARSABLE) {
        throw new StoreConfigException(
            "'%s': RAMCloud does not understand the locator".formatted(uri));
      }
      throw unavailable(uri.toString(), answer);
    }
    return store;
  }

  private static StoreUnavailableException unavailable(String uri, long answer) {
    return new StoreUnavailableException(
        answer == -RcStatus.NO_ANSWER
            ? "%s: the cluster does not answer".formatted(uri)
            : "%s: the cluster answers with status %d".formatted(uri, -answer));
  }

  static Capabilities capabilities(int maxInFlight, Durability durability) {
    return new Capabilities(
        Scope.CLUSTER,
        Consistency.LINEARIZABLE,
        durability,
        MAX_KEY_BYTES,
        MAX_VALUE_BYTES,
        maxInFlight,
        FEATURES);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public String description() {
    int behind = library.abandoned();
    return "RAMCloud cluster %s at %s%s"
        .formatted(
            options.cluster(),
            options.locator(),
            behind == 0 ? "" : ", %d calls have not come back".formatted(behind));
  }

  @Override
  protected Table createTable(TableSpec spec, int id) {
    long number = tableCalls.open(RamcloudTable.rcName(spec), defaultTimeoutNanos());
    if (number < 0) {
      throw unavailable(uri(), number);
    }
    return new RamcloudTable(this, spec, id, number);
  }

  @Override
  protected StoreSession createSession() {
    return new RamcloudSession(this, library, options);
  }

  @Override
  protected void release() {
    tableCalls.close(CLOSE_MILLIS);
  }
}

package org.statelessnf.store.local.chronicle;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import net.openhft.chronicle.map.ChronicleMap;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Scope;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.support.AbstractStateStore;

/**
 * A handle on a directory. Tables are numbered by records of table 0, whose keys are the tables'
 * names.
 */
final class ChronicleStore extends AbstractStateStore {
  static final Capabilities CAPABILITIES =
      new Capabilities(
          Scope.HOST,
          Consistency.LINEARIZABLE,
          Durability.PROCESS_CRASH,
          RecordLayout.MAX_KEY_BYTES,
          RecordLayout.MAX_VALUE_BYTES,
          1,
          EnumSet.of(
              Feature.INCREMENT,
              Feature.IDLE_TTL,
              Feature.SCAN,
              Feature.TIMERS,
              Feature.FILTER,
              Feature.MISMATCH_VALUE,
              Feature.STORE_CLOCK));

  private final Space space;
  private final ChronicleSession registrar; // guarded by this
  private final Table names;

  ChronicleStore(StoreUri uri, Space space) {
    super(uri);
    this.space = space;
    this.names =
        new ChronicleTable(
            this, TableSpec.of("names", RecordLayout.MAX_KEY_BYTES, Integer.BYTES), -1, 0);
    try {
      this.registrar = new ChronicleSession(this, space);
    } catch (RuntimeException e) {
      space.leave();
      throw e;
    }
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public String description() {
    String version = ChronicleMap.class.getPackage().getImplementationVersion();
    return version == null ? "chronicle-map" : "chronicle-map " + version;
  }

  @Override
  protected Table createTable(TableSpec spec, int id) {
    return new ChronicleTable(this, spec, id, number(spec));
  }

  private synchronized int number(TableSpec spec) {
    byte[] name = (spec.namespace() + "/" + spec.name()).getBytes(StandardCharsets.UTF_8);
    SingleKey single = registrar.single();
    SingleKey.Result result = single.read(names, name);
    if (result.outcome() == Outcome.ABSENT) {
      byte[] number = new byte[Integer.BYTES];
      MemorySegment.ofArray(number)
          .set(ValueLayout.JAVA_INT_UNALIGNED, 0, space.control().takeTable());
      single.putIfAbsent(names, name, number);
      result = single.read(names, name);
    }
    byte[] value = result.value();
    if (result.outcome() != Outcome.OK || value == null) {
      throw new StoreUnavailableException(
          "%s: table %s could not be numbered: %s".formatted(uri(), spec.name(), result.outcome()));
    }
    return MemorySegment.ofArray(value).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
  }

  @Override
  protected long clockMillis() {
    return space.clock().floor();
  }

  @Override
  protected StoreSession createSession() {
    return new ChronicleSession(this, space);
  }

  @Override
  protected void release() {
    synchronized (this) {
      registrar.close();
    }
    space.leave();
  }
}

package org.statelessnf.conformance.reference;

import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/** Passes everything on to another store; what breaks one overrides it. */
public class DelegatingStore implements StateStore {
  private final StateStore inner;

  protected DelegatingStore(StateStore inner) {
    this.inner = inner;
  }

  @Override
  public String uri() {
    return inner.uri();
  }

  @Override
  public Capabilities capabilities() {
    return inner.capabilities();
  }

  @Override
  public String description() {
    return inner.description();
  }

  @Override
  public Table table(TableSpec spec) {
    return inner.table(spec);
  }

  @Override
  public TimerQueue timers(TimerSpec spec) {
    return inner.timers(spec);
  }

  @Override
  public BloomFilter filter(FilterSpec spec) {
    return inner.filter(spec);
  }

  @Override
  public StoreSession openSession() {
    return inner.openSession();
  }

  @Override
  public long defaultTimeoutNanos() {
    return inner.defaultTimeoutNanos();
  }

  @Override
  public int openSessions() {
    return inner.openSessions();
  }

  @Override
  public void close() {
    inner.close();
  }
}

package org.statelessnf.conformance.kit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Stores;

/**
 * The store under test. A backend supplies one per test class; {@link #of} is enough for a store
 * that stands somewhere already, and a lambda ({@code () -> new MyStore()}) for one that has no URI
 * yet. Made before the first rule and closed after the last.
 */
@FunctionalInterface
public interface StoreFixture extends AutoCloseable {

  /**
   * Opens a handle. The kit has one handle open at a time in a process, as the contract says,
   * except through a proxy; handles opened one after the other reach the same records if the
   * store's scope is wider than {@code PROCESS}.
   */
  StateStore open() throws IOException;

  /**
   * The URI by which another process opens the same store, its backend being on the class path.
   *
   * @return null if there is none: rules that need several processes are skipped
   */
  default @Nullable String uri() {
    return null;
  }

  /**
   * A URI of the same backend at which nothing answers, such as a port that nobody listens on.
   *
   * @return null if there is no such thing: the rule about it is skipped
   */
  default @Nullable String unreachableUri() {
    return null;
  }

  /**
   * How much of the bulk work the store is up to: 1 for a fast one, 0.1 for one that takes ten
   * times as long. The option {@code snf.scale} overrides it.
   */
  default double scale() {
    return 1;
  }

  /** What may be done to the store. */
  default FaultInjector faults() {
    return FaultInjector.NONE;
  }

  /** Ends whatever was started for the tests. */
  @Override
  default void close() throws IOException {}

  /**
   * A store that stands somewhere, by its URI.
   *
   * @param uri as for {@link Stores#open}
   */
  static StoreFixture of(String uri) {
    return new StoreFixture() {
      @Override
      public StateStore open() {
        return Stores.open(uri);
      }

      @Override
      public String uri() {
        return uri;
      }

      @Override
      public String toString() {
        return StoreUri.parse(uri).toString();
      }
    };
  }
}

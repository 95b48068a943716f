package org.statelessnf.store;

import java.util.Set;

/** A backend, found by {@link java.util.ServiceLoader} and chosen by URI scheme. */
public interface StateStoreProvider {

  /** Name of the backend, such as {@code "redis"}. */
  String name();

  /** URI schemes it opens, lower case, such as {@code redis}, {@code rediss}. */
  Set<String> schemes();

  /** One line for people: what it is and an example URI. */
  String summary();

  /**
   * Options it understands in the query string, beside {@link StoreUri#COMMON_OPTIONS}. Any other
   * option is refused before {@link #open} is called.
   */
  Set<String> options();

  /**
   * What a store opened by a plain URI of this backend declares; a URI may change it.
   *
   * @return declared capabilities
   */
  Capabilities typicalCapabilities();

  /**
   * Opens a store.
   *
   * @param uri a URI of one of the {@link #schemes()}, its option names already checked
   * @throws StoreConfigException if the URI is wrong
   * @throws StoreUnavailableException if the store cannot be reached within the timeout
   */
  StateStore open(StoreUri uri);
}

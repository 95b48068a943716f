package org.statelessnf.conformance.report;

import org.statelessnf.store.Capabilities;
import org.statelessnf.store.StateStore;

/**
 * What store was tested.
 *
 * @param uri without secrets
 * @param description name and version of what stands behind it
 * @param capabilities what it declares
 */
public record StoreFacts(String uri, String description, Capabilities capabilities) {
  /**
   * Asks an open store.
   *
   * @param store open
   */
  public static StoreFacts of(StateStore store) {
    return new StoreFacts(store.uri(), store.description(), store.capabilities());
  }
}

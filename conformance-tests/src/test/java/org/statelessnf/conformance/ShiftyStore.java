package org.statelessnf.conformance;

import org.statelessnf.conformance.reference.DelegatingStore;
import org.statelessnf.store.StateStore;

/** Does not say what it is. */
final class ShiftyStore extends DelegatingStore {
  ShiftyStore(StateStore inner) {
    super(inner);
  }

  @Override
  public String description() {
    return " ";
  }
}

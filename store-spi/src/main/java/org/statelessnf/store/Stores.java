package org.statelessnf.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** The way in: opens a store by URI. */
public final class Stores {
  private Stores() {}

  /**
   * Opens the store that a URI names, such as {@code caffeine:} or {@code
   * redis://localhost:6379?timeout=200ms}.
   *
   * @param uri see {@link StoreUri}
   * @return an open store, to be closed by the caller
   * @throws StoreConfigException if the URI is wrong or no backend on the class path knows its
   *     scheme
   * @throws StoreUnavailableException if the store cannot be reached within the timeout
   */
  public static StateStore open(String uri) {
    StoreUri parsed = StoreUri.parse(uri);
    for (StateStoreProvider provider : providers()) {
      if (provider.schemes().contains(parsed.scheme())) {
        parsed.rejectUnknownOptions(provider.options());
        return provider.open(parsed);
      }
    }
    TreeSet<String> known = new TreeSet<>();
    providers().forEach(provider -> known.addAll(provider.schemes()));
    throw new StoreConfigException(
        "no backend for scheme '%s' in '%s'; known are %s"
            .formatted(
                parsed.scheme(), parsed, known.isEmpty() ? "none" : String.join(", ", known)));
  }

  /** The backends on the class path, by name. */
  public static List<StateStoreProvider> providers() {
    List<StateStoreProvider> found = new ArrayList<>();
    ServiceLoader.load(StateStoreProvider.class).forEach(found::add);
    found.sort(Comparator.comparing(StateStoreProvider::name));
    return found;
  }
}

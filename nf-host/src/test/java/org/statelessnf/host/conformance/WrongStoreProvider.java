package org.statelessnf.host.conformance;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Feature;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Stores;

/**
 * {@code wrong:} is {@code caffeine:} and says that it cannot increment, though it does; {@code
 * wrong:away} cannot be reached.
 */
public final class WrongStoreProvider implements StateStoreProvider {
  @Override
  public String name() {
    return "wrong"; // behind the real ones
  }

  @Override
  public Set<String> schemes() {
    return Set.of("wrong");
  }

  @Override
  public String summary() {
    return "for tests";
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public Capabilities typicalCapabilities() {
    try (StateStore store = Stores.open("caffeine:")) {
      return fewer(store.capabilities());
    }
  }

  @Override
  public StateStore open(StoreUri uri) {
    if (uri.target().equals("away")) {
      throw new StoreUnavailableException("wrong:away cannot be reached");
    }
    StateStore inner = Stores.open("caffeine:");
    return (StateStore)
        Proxy.newProxyInstance(
            StateStore.class.getClassLoader(),
            new Class<?>[] {StateStore.class},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(inner, arguments);
                return answer instanceof Capabilities declared ? fewer(declared) : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Capabilities fewer(Capabilities all) {
    EnumSet<Feature> features = EnumSet.copyOf(all.features());
    features.remove(Feature.INCREMENT);
    return new Capabilities(
        all.scope(),
        all.consistency(),
        all.durability(),
        all.maxKeyBytes(),
        all.maxValueBytes(),
        all.maxInFlight(),
        features);
  }
}

package org.statelessnf.store.ignite;

import java.io.IOException;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.statelessnf.conformance.kit.KitExtension;
import org.statelessnf.conformance.kit.KitOptions;
import org.statelessnf.conformance.kit.RuleOrder;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.process.Ports;
import org.statelessnf.conformance.rules.BatchRules;
import org.statelessnf.conformance.rules.CounterRules;
import org.statelessnf.conformance.rules.FilterRules;
import org.statelessnf.conformance.rules.KeyRules;
import org.statelessnf.conformance.rules.ScanRules;
import org.statelessnf.conformance.rules.TimerRaceRules;
import org.statelessnf.conformance.rules.TimerRules;
import org.statelessnf.conformance.rules.VersionRules;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * The contract's rules about records on a node that is alone; {@link EmbeddedConformanceTest} has
 * all rules, several nodes and their loss.
 */
@ExtendWith(KitExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(RuleOrder.class)
class EmbeddedRulesTest
    implements KitExtension.Suite,
        KeyRules,
        VersionRules,
        BatchRules,
        CounterRules,
        ScanRules,
        TimerRules,
        TimerRaceRules,
        FilterRules {
  @Override
  public StoreFixture newFixture(KitOptions.Parameters parameters) throws IOException {
    String uri = Nodes.uri(Ports.free(), "memory=64m");
    return new StoreFixture() {
      @Override
      public StateStore open() {
        return Stores.open(uri);
      }

      @Override
      public double scale() {
        return 0.03;
      }
    };
  }
}

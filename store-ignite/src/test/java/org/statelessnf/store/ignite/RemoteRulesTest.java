package org.statelessnf.store.ignite;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.statelessnf.conformance.kit.KitExtension;
import org.statelessnf.conformance.kit.KitOptions;
import org.statelessnf.conformance.kit.RuleOrder;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.rules.BatchRules;
import org.statelessnf.conformance.rules.FilterRules;
import org.statelessnf.conformance.rules.KeyRules;
import org.statelessnf.conformance.rules.ScanRules;
import org.statelessnf.conformance.rules.TimerRules;

/**
 * The contract's rules about records through a thin client, where they try the way there and back.
 * What happens at the data is the same code as in {@link EmbeddedRulesTest}; {@link
 * RemoteConformanceTest} has all rules, several processes and a faulty link.
 */
@ExtendWith(KitExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(RuleOrder.class)
class RemoteRulesTest
    implements KitExtension.Suite, KeyRules, BatchRules, ScanRules, TimerRules, FilterRules {
  @Override
  public StoreFixture newFixture(KitOptions.Parameters parameters) throws IOException {
    return new RemoteFixture() {
      @Override
      public @Nullable String uri() {
        return null; // the rules with several processes are for the long suite
      }
    };
  }
}

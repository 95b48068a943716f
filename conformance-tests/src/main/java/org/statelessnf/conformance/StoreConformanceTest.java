package org.statelessnf.conformance;

import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.statelessnf.conformance.kit.KitExtension;
import org.statelessnf.conformance.kit.KitOptions;
import org.statelessnf.conformance.kit.RuleOrder;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.rules.BatchRules;
import org.statelessnf.conformance.rules.CloseRules;
import org.statelessnf.conformance.rules.CounterRules;
import org.statelessnf.conformance.rules.ExpiryRules;
import org.statelessnf.conformance.rules.FaultRules;
import org.statelessnf.conformance.rules.FaultTopicRules;
import org.statelessnf.conformance.rules.FilterRules;
import org.statelessnf.conformance.rules.KeyRules;
import org.statelessnf.conformance.rules.LinearRules;
import org.statelessnf.conformance.rules.OutcomeRules;
import org.statelessnf.conformance.rules.ScanRules;
import org.statelessnf.conformance.rules.TableRules;
import org.statelessnf.conformance.rules.TimerRaceRules;
import org.statelessnf.conformance.rules.TimerRules;
import org.statelessnf.conformance.rules.VersionRules;

/**
 * The store contract as tests. A backend extends this class, supplies its store, and is done:
 *
 * <pre>{@code
 * class MyStoreConformanceTest extends StoreConformanceTest {
 *   @Override
 *   protected StoreFixture createFixture() {
 *     return StoreFixture.of("mystore://localhost:1234");
 *   }
 * }
 * }</pre>
 *
 * <p>Each test is one rule, {@code required_…}, {@code optional_…} (a declared capability) or
 * {@code stochastic_…}; a rule whose condition does not hold is skipped with the reason. {@code
 * docs/conformance.md} lists them all.
 */
@ExtendWith(KitExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(RuleOrder.class)
public abstract class StoreConformanceTest
    implements KitExtension.Suite,
        KeyRules,
        TableRules,
        VersionRules,
        BatchRules,
        CounterRules,
        LinearRules,
        OutcomeRules,
        ExpiryRules,
        TimerRules,
        TimerRaceRules,
        FilterRules,
        ScanRules,
        CloseRules,
        FaultRules,
        FaultTopicRules {

  /** Supplies the store; called once, before the first rule. */
  protected abstract StoreFixture createFixture() throws Exception;

  @Override
  public StoreFixture newFixture(KitOptions.Parameters parameters) throws Exception {
    return createFixture();
  }
}

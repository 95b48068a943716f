package org.statelessnf.conformance.kit;

import java.util.Comparator;
import org.junit.jupiter.api.MethodDescriptor;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;

/** By topic in the order of the contract and by number; what hurts the store comes last. */
public final class RuleOrder implements MethodOrderer {
  private static final String TOPICS = "KVBALOETFSC";

  @Override
  public void orderMethods(MethodOrdererContext context) {
    context.getMethodDescriptors().sort(Comparator.comparing(RuleOrder::key));
  }

  private static String key(MethodDescriptor method) {
    return method
        .findAnnotation(Rule.class)
        .map(rule ->
            "%d%02d%s"
                .formatted(
                    rule.faults().length == 0 ? 1 : 2,
                    TOPICS.indexOf(rule.id().charAt(0)),
                    rule.id().substring(1)))
        .orElse("0" + method.getMethod().getName());
  }
}

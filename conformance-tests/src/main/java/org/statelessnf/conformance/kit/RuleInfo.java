package org.statelessnf.conformance.kit;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * An entry of the rule catalogue.
 *
 * @param id such as {@code V03}
 * @param level how binding it is
 * @param text what must hold
 * @param lookAt what to look at when it does not
 * @param condition when it runs; empty if always
 * @param method the test's name
 */
public record RuleInfo(
    String id, Level level, String text, String lookAt, String condition, String method) {

  /**
   * The rule of a test.
   *
   * @param test a method annotated with {@link Rule}
   */
  public static RuleInfo of(Method test) {
    Rule rule = test.getAnnotation(Rule.class);
    if (rule == null) {
      throw new IllegalArgumentException(test + " is not the test of a rule");
    }
    return new RuleInfo(
        rule.id(),
        Level.of(test.getName()),
        rule.text(),
        rule.lookAt(),
        condition(rule),
        test.getName());
  }

  /**
   * All rules of a suite, by id.
   *
   * @param suite a class that inherits or declares tests of rules
   */
  public static List<RuleInfo> all(Class<?> suite) {
    List<RuleInfo> rules = new ArrayList<>();
    for (Method method : suite.getMethods()) {
      if (method.isAnnotationPresent(Rule.class)) {
        rules.add(of(method));
      }
    }
    rules.sort(Comparator.comparing(RuleInfo::id));
    return rules;
  }

  private static String condition(Rule rule) {
    List<String> parts = new ArrayList<>();
    Arrays.stream(rule.needs()).forEach(feature -> parts.add(feature + " is declared"));
    Arrays.stream(rule.undeclared()).forEach(feature -> parts.add(feature + " is not declared"));
    switch (rule.scope()) {
      case PROCESS -> {}
      case HOST -> parts.add("scope HOST or CLUSTER");
      case CLUSTER -> parts.add("scope CLUSTER");
    }
    Arrays.stream(rule.faults())
        .forEach(fault ->
            parts.add("the fixture offers the fault " + fault.name().toLowerCase(Locale.ROOT)));
    return String.join(", ", parts);
  }
}

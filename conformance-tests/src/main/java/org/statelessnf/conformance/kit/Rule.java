package org.statelessnf.conformance.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Scope;

/**
 * Makes a method the test of one rule of the store contract. Its name says level, id and matter:
 * {@code required_v03_ifVersionWriteWithStaleVersionIsRejected}.
 */
@Test
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Rule {

  /** Letter of the topic and two digits, such as {@code V03}. */
  String id();

  /** What must hold. */
  String text();

  /** What to look at when it does not. */
  String lookAt();

  /** Runs only if the store declares all of these. */
  Feature[] needs() default {};

  /** Runs only if the store does not declare this: then it must answer {@code UNSUPPORTED}. */
  Feature[] undeclared() default {};

  /** Runs only if the store's scope is at least this. */
  Scope scope() default Scope.PROCESS;

  /** Runs only if the fixture offers all of these. */
  Fault[] faults() default {};
}

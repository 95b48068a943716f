package org.statelessnf.nf.rfc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The test shows that a requirement of an RFC is met, or the part of it that is. The requirements
 * are in {@code rfc/requirements.txt}; {@link RfcConformanceTest} makes a page of both.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Requirement.List.class)
public @interface Requirement {
  /** Number of the RFC. */
  int rfc();

  /** What the requirement is called there, or the number of its section. */
  String[] id();

  /** Several of them. */
  @Documented
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface List {
    /** The requirements. */
    Requirement[] value();
  }
}

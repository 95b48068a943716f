package org.statelessnf.conformance.kit;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;
import org.statelessnf.store.Outcome;

/**
 * What became of one slot.
 *
 * @param call the operation; its text is for messages
 * @param outcome its outcome
 * @param version the slot's version
 * @param value a read's value, or the current value that a mismatch returned; null if none
 * @param number an increment's new value; else 0
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
public record Answer(
    Object call, Outcome outcome, long version, byte @Nullable [] value, long number) {
  private static final int SHOWN_BYTES = 24;

  /** Fails unless the operation was done. */
  public Answer ok() {
    return is(Outcome.OK);
  }

  /** Fails unless there was no record, and no version. */
  public Answer absent() {
    is(Outcome.ABSENT);
    return hasVersion(0);
  }

  /**
   * Fails unless the outcome is as expected.
   *
   * @param expected the outcome that the rule asks for
   */
  public Answer is(Outcome expected) {
    if (outcome != expected) {
      throw new AssertionFailedError(
          "%s: expected %s, got %s".formatted(call, expected, this), expected, outcome);
    }
    return this;
  }

  /**
   * Fails unless the version is as expected.
   *
   * @param expected the version that the rule asks for
   */
  public Answer hasVersion(long expected) {
    if (version != expected) {
      throw new AssertionFailedError(
          "%s: expected version %d, got %s".formatted(call, expected, this), expected, version);
    }
    return this;
  }

  /** Fails if the version is 0. */
  public Answer versioned() {
    if (version == 0) {
      throw new AssertionFailedError("%s: expected a version, got %s".formatted(call, this));
    }
    return this;
  }

  /**
   * Fails unless the value is as expected.
   *
   * @param expected the value that the rule asks for
   */
  public Answer hasValue(byte[] expected) {
    if (!Arrays.equals(value, expected)) {
      throw new AssertionFailedError(
          "%s: expected value %s, got %s".formatted(call, show(expected), this));
    }
    return this;
  }

  /**
   * Fails unless the counter is as expected.
   *
   * @param expected the value that the rule asks for
   */
  public Answer hasNumber(long expected) {
    if (number != expected) {
      throw new AssertionFailedError(
          "%s: expected counter %d, got %s".formatted(call, expected, this), expected, number);
    }
    return this;
  }

  /** The value, which there must be. */
  public byte[] bytes() {
    if (value == null) {
      throw new AssertionFailedError("%s: expected a value, got %s".formatted(call, this));
    }
    return value;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(outcome.name());
    text.append(" version ").append(version);
    if (value != null) {
      text.append(" value ").append(show(value));
    }
    if (number != 0) {
      text.append(" counter ").append(number);
    }
    return text.toString();
  }

  /**
   * Bytes in words: the first few in hexadecimal, and how many there are.
   *
   * @param bytes what to show
   */
  public static String show(byte @Nullable [] bytes) {
    if (bytes == null) {
      return "none";
    }
    String hex =
        HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES))
            + (bytes.length > SHOWN_BYTES ? "…" : "");
    return "[%s] (%d B)".formatted(hex, bytes.length);
  }
}

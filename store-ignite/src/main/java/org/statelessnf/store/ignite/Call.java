package org.statelessnf.store.ignite;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way and its answer. Made by a session's thread, answered by any thread, taken
 * back by the session's thread through the session's queue, which makes the answer visible.
 */
final class Call {
  private final IgniteSession session;
  private final Flight flight;
  private final KeySet keys;
  private @Nullable Map<byte[], ?> answer;
  private @Nullable Throwable failure;
  private boolean notSent;

  Call(IgniteSession session, Flight flight, KeySet keys) {
    this.session = session;
    this.flight = flight;
    this.keys = keys;
  }

  /** The request was carried out. */
  void answered(Map<byte[], ?> map) {
    answer = map;
    session.arrived(this);
  }

  /** The request failed; what was sent may have been carried out. */
  void failed(Throwable cause) {
    failure = cause;
    session.arrived(this);
  }

  /** The request certainly did not leave this process. */
  void notSent(Throwable cause) {
    notSent = true;
    failed(cause);
  }

  Flight flight() {
    return flight;
  }

  KeySet keys() {
    return keys;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  boolean wasNotSent() {
    return notSent;
  }

  /** The answer of a call that did not fail. */
  @SuppressWarnings("unchecked") // whoever asked knows what for
  <V> Map<byte[], V> answer() {
    return (Map<byte[], V>) Objects.requireNonNull(answer);
  }
}

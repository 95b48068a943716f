package org.statelessnf.store.ignite;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way and its answer. Made by a session's thread, answered by any thread, taken
 * back by the session's thread through the session's queue, which makes the answer visible.
 */
final class Call {
  /** What it takes at least to ask again. */
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

  private final IgniteSession session;
  private final Flight flight;
  private final KeySet keys;
  private final int question;
  private final long deadlineNanos;
  private @Nullable Map<byte[], ?> answer;
  private byte @Nullable [] reply;
  private @Nullable Throwable failure;
  private boolean notSent;

  Call(IgniteSession session, Flight flight, KeySet keys) {
    this(session, flight, keys, -1);
  }

  /** A question to a node, {@link Work#ask}. */
  @SuppressWarnings("UndefinedEquals") // there is no key to look up
  Call(IgniteSession session, Flight flight, int question) {
    this(session, flight, new KeySet(0), question);
  }

  private Call(IgniteSession session, Flight flight, KeySet keys, int question) {
    this.session = session;
    this.flight = flight;
    this.keys = keys;
    this.question = question;
    this.deadlineNanos = flight.deadlineNanos();
  }

  /** Whether there is time to try once more what failed and does no harm twice. Any thread. */
  boolean mayTryAgain() {
    return deadlineNanos - System.nanoTime() > AGAIN_NANOS;
  }

  /** The request was carried out. */
  void answered(Map<byte[], ?> map) {
    answer = map;
    session.arrived(this);
  }

  /** The question was answered. */
  void told(byte[] bytes) {
    reply = bytes;
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

  /** Number of the question, -1 if the call is none. */
  int question() {
    return question;
  }

  /** The answer to the question; null if it failed. */
  byte @Nullable [] reply() {
    return reply;
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

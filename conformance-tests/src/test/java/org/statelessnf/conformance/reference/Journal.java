package org.statelessnf.conformance.reference;

import org.jspecify.annotations.Nullable;

/** Told about every change, under the engine's lock, before it is acknowledged. */
interface Journal {
  /** Remembers nothing. */
  Journal NONE = new Journal() {};

  /** A record, or its end. */
  default void record(String space, byte[] key, MapEngine.@Nullable Stored now) {}

  /** An add to a filter, or a rotation. */
  default void filter(Request request) {}

  /** A timer, or its end. */
  default void timer(String space, byte[] id, TimerWheel.@Nullable Timer now) {}
}

package org.statelessnf.conformance.kit;

import java.io.IOException;
import java.util.Set;
import org.statelessnf.conformance.proxy.TcpProxy;
import org.statelessnf.store.StateStore;

/**
 * Hurts the store behind the tests' back. A backend's test supplies one if it can; rules that need
 * a fault that is not offered are skipped, with that as the reason.
 *
 * <p>Called from one thread at a time. Every method returns when the fault is in force, or over.
 */
public interface FaultInjector {
  /** Can do nothing. */
  FaultInjector NONE = Set::of;

  /** The faults that work; the methods of the others throw. */
  Set<Fault> supported();

  /**
   * Ends the server at once, as by {@code kill -9}: nothing is flushed, no connection closed in
   * good order. {@link Fault#KILL}.
   */
  default void killServer() throws IOException {
    throw new UnsupportedOperationException("killServer");
  }

  /**
   * Starts a killed server again, at the same address and with what it kept on disk; returns when
   * it answers. For a cluster that lives on without the node: returns when it answers. {@link
   * Fault#KILL}.
   */
  default void startServer() throws IOException {
    throw new UnsupportedOperationException("startServer");
  }

  /** Freezes the server, as by SIGSTOP: connections stay open, nothing answers. */
  default void stopServer() throws IOException {
    throw new UnsupportedOperationException("stopServer");
  }

  /** Lets a frozen server go on, as by SIGCONT. */
  default void resumeServer() throws IOException {
    throw new UnsupportedOperationException("resumeServer");
  }

  /** Leaves no room for a further record of 1 KiB; what is there stays. {@link Fault#FULL}. */
  default void makeFull() throws IOException {
    throw new UnsupportedOperationException("makeFull");
  }

  /** Undoes {@link #makeFull}. */
  default void makeRoom() throws IOException {
    throw new UnsupportedOperationException("makeRoom");
  }

  /** The proxy in front of the server. {@link Fault#PROXY}. */
  default TcpProxy proxy() {
    throw new UnsupportedOperationException("proxy");
  }

  /**
   * Opens a handle of the same store whose every connection runs through {@link #proxy}. {@link
   * Fault#PROXY}.
   *
   * @param timeoutMillis option {@code timeout} and {@code connectTimeout} of that handle
   */
  default StateStore openThroughProxy(long timeoutMillis) {
    throw new UnsupportedOperationException("openThroughProxy " + timeoutMillis);
  }
}

package org.statelessnf.store.ignite;

import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterGroup;
import org.apache.ignite.lang.IgniteRunnable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sent by a node that leaves in good order to all others: they hold new requests back until it has
 * left, and this is done when none of theirs is on its way.
 */
final class Leaving implements IgniteRunnable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);

  /** How long a node that leaves waits for the others, and they for it. */
  private static final long MILLIS = 5000;

  private static final ConcurrentMap<String, Gate> GATES = new ConcurrentHashMap<>();

  private final UUID node;

  @IgniteInstanceResource private transient @Nullable Ignite ignite; // by Ignite, where it runs

  private Leaving(UUID node) {
    this.node = node;
  }

  /** Requests of a node in this process pass through a gate. */
  static void register(Ignite ignite, Gate gate) {
    GATES.put(String.valueOf(ignite.name()), gate);
  }

  /** Forgets a node that was stopped. */
  static void forget(String name) {
    GATES.remove(name);
  }

  /**
   * Tells the others that a node leaves; returns when none of their requests is on its way.
   *
   * @throws IgniteException if one of them does not answer
   */
  static void tellOthers(Ignite ignite) {
    ClusterGroup others = ignite.cluster().forServers().forRemotes();
    if (!others.nodes().isEmpty()) {
      UUID here = ignite.cluster().localNode().id();
      ignite.compute(others).withTimeout(MILLIS).broadcast(new Leaving(here));
    }
  }

  @Override
  public void run() {
    Ignite here = Objects.requireNonNull(ignite);
    Gate gate = GATES.get(String.valueOf(here.name()));
    if (gate == null) {
      return; // a server that sends nothing
    }
    gate.hold(node);
    watch(here, gate, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS));
    try {
      gate.awaitEmpty(MILLIS / 4);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(Ignite here, Gate gate, long endNanos) {
    boolean over;
    try {
      boolean left = here.cluster().node(node) == null && Topology.isSettled(here);
      over = left || System.nanoTime() - endNanos > 0;
    } catch (RuntimeException e) { // whatever it is, nothing may be held back for ever
      LOG.debug("this node has left, too", e);
      over = true;
    }
    if (over) {
      gate.release(node);
    } else {
      Grid.later(() -> watch(here, gate, endNanos));
    }
  }
}

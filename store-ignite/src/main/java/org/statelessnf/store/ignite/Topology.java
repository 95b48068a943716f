package org.statelessnf.store.ignite;

import org.apache.ignite.Ignite;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.cache.distributed.dht.GridDhtTopologyFuture;

/** The one thing of Ignite's insides that this store asks for. */
final class Topology {
  private Topology() {}

  /** The present distribution of keys over nodes, or the one that is being agreed upon. */
  static GridDhtTopologyFuture present(Ignite ignite) {
    return ((IgniteEx) ignite).context().cache().context().exchange().lastTopologyFuture();
  }

  /**
   * Whether keys are dealt to the nodes that are there. When a node comes or goes there is a moment
   * in which that is known and nothing has been done about it yet.
   */
  static boolean isSettled(Ignite ignite) {
    GridDhtTopologyFuture present = present(ignite);
    return present.isDone()
        && present.topologyVersion().topologyVersion() >= ignite.cluster().topologyVersion();
  }
}

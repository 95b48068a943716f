package org.statelessnf.store.ignite;

import org.apache.ignite.Ignite;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.affinity.AffinityTopologyVersion;
import org.apache.ignite.internal.processors.cache.distributed.dht.GridDhtTopologyFuture;

/** How keys are dealt to nodes, of which Ignite's interface does not tell. */
final class Topology {
  private Topology() {}

  /** The present distribution of keys over nodes, or the one that is being agreed upon. */
  static GridDhtTopologyFuture present(Ignite ignite) {
    return ((IgniteEx) ignite).context().cache().context().exchange().lastTopologyFuture();
  }

  /**
   * Whether keys are dealt to the nodes that are there. When a node comes or goes there is a moment
   * in which that is known and nothing has been done about it yet.
   *
   * @throws IllegalStateException if this node has stopped
   */
  static boolean isSettled(Ignite ignite) {
    GridDhtTopologyFuture present = present(ignite);
    if (!present.isDone()) {
      return false;
    }
    AffinityTopologyVersion version = present.topologyVersion(); // none when this node is stopping
    return version != null && version.topologyVersion() >= ignite.cluster().topologyVersion();
  }
}

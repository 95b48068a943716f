package org.statelessnf.store.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which node has a shard. Shared by all sessions of a store, thread-safe. */
interface Topology extends AutoCloseable {

  /** Changes whenever {@link #node} may give another answer. */
  int version();

  /**
   * The node that takes reads and writes of a shard.
   *
   * @return null if nobody is known to have it at present
   */
  @Nullable Node node(int shard);

  /** The node at an address that a server named in a redirection. */
  Node node(String host, int port);

  /** All nodes that take writes. */
  List<Node> masters();

  /** Something went wrong with a node: perhaps it is no longer what it was. Returns at once. */
  void suspect();

  @Override
  void close();

  /** One server for everything, or one master behind sentinels. */
  record Single(Node only) implements Topology {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public Node node(int shard) {
      return only;
    }

    @Override
    public Node node(String host, int port) {
      return only;
    }

    @Override
    public List<Node> masters() {
      return List.of(only);
    }

    @Override
    public void suspect() {}

    @Override
    public void close() {}
  }
}

package org.statelessnf.store.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.statelessnf.store.redis.RedisOptions.Endpoint;

/**
 * A cluster's topology, kept by Lettuce's cluster client. It is fetched again when a session meets
 * a redirection or loses a node, at most every {@code REFRESH_NANOS}, whichever session asks.
 */
final class ClusterTopology implements Topology {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterTopology.class);
  private static final long REFRESH_NANOS = 100_000_000;

  private final Lettuce lettuce;
  private final Keyspace keyspace;
  private final RedisClusterClient client;
  private final AtomicBoolean refreshing = new AtomicBoolean();
  private volatile View view;
  private volatile long lastRefreshNanos;

  /** What is known at one time. */
  private record View(int version, List<@Nullable Node> byShard, List<Node> masters) {}

  /**
   * Connects to a seed node and asks for the topology.
   *
   * @throws ExecutionException if no seed node can be reached
   * @throws TimeoutException if they do not answer in time
   */
  ClusterTopology(Lettuce lettuce, Keyspace keyspace)
      throws ExecutionException, TimeoutException, InterruptedException {
    this.lettuce = lettuce;
    this.keyspace = keyspace;
    this.client = lettuce.clusterClient();
    boolean done = false;
    try {
      client
          .refreshPartitionsAsync()
          .toCompletableFuture()
          .get(lettuce.options().connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
    this.view = view(1);
    this.lastRefreshNanos = System.nanoTime();
  }

  @Override
  public int version() {
    return view.version;
  }

  @Override
  public @Nullable Node node(int shard) {
    return view.byShard.get(shard);
  }

  @Override
  public Node node(String host, int port) {
    Endpoint endpoint = new Endpoint(host, port);
    return new Node(endpoint.toString(), lettuce.uri(endpoint), false);
  }

  @Override
  public List<Node> masters() {
    return view.masters;
  }

  @Override
  public void suspect() {
    if (System.nanoTime() - lastRefreshNanos < REFRESH_NANOS
        || !refreshing.compareAndSet(false, true)) {
      return;
    }
    lastRefreshNanos = System.nanoTime();
    client
        .refreshPartitionsAsync()
        .whenComplete((nothing, failure) -> {
          if (failure == null) {
            view = view(view.version + 1);
          } else {
            LOG.debug("topology refresh failed", failure);
          }
          lastRefreshNanos = System.nanoTime();
          refreshing.set(false);
        });
  }

  @Override
  public void close() {
    var _ =
        client
            .shutdownAsync(0, 0, TimeUnit.MILLISECONDS)
            .whenComplete((nothing, failure) -> shutDownResources());
  }

  private void shutDownResources() {
    var _ = client.getResources().shutdown(0, 0, TimeUnit.MILLISECONDS);
  }

  private View view(int version) {
    Partitions partitions = client.getPartitions();
    Map<String, Node> masters = new LinkedHashMap<>();
    for (RedisClusterNode node : partitions.getPartitions()) {
      if (node.getRole().isUpstream() && !node.getSlots().isEmpty()) {
        masters.put(node.getNodeId(), node(node));
      }
    }
    List<@Nullable Node> byShard = new ArrayList<>();
    for (int shard = 0; shard < keyspace.shards(); shard++) {
      RedisClusterNode owner = partitions.getMasterBySlot(keyspace.slot(shard));
      byShard.add(owner == null ? null : masters.get(owner.getNodeId()));
    }
    return new View(version, byShard, List.copyOf(masters.values()));
  }

  private Node node(RedisClusterNode node) {
    RedisURI uri = node.getUri();
    return node(uri.getHost(), uri.getPort());
  }
}

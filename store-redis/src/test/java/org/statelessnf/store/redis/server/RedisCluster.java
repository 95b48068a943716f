package org.statelessnf.store.redis.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A cluster of three masters on this machine, each with or without a replica. */
public final class RedisCluster implements AutoCloseable {
  private static final int MASTERS = 3;
  private static final int SLOTS = 16384;
  private static final long PATIENCE_MILLIS = 60_000;

  private final List<RedisServer> masters = new ArrayList<>();
  private final List<RedisServer> replicas = new ArrayList<>();

  private RedisCluster() {}

  /**
   * Starts a cluster; returns when all nodes agree that it works.
   *
   * @param replicated whether each master gets a replica
   * @param downAfterMillis silence after which a node is taken for dead
   * @param more options of every node, as on the command line
   */
  public static RedisCluster start(boolean replicated, long downAfterMillis, String... more)
      throws IOException {
    RedisCluster cluster = new RedisCluster();
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of("--cluster-node-timeout", Long.toString(downAfterMillis)));
    String[] options = all.toArray(String[]::new);
    try {
      for (int i = 0; i < MASTERS; i++) {
        cluster.masters.add(node(options));
        if (replicated) {
          cluster.replicas.add(node(options));
        }
      }
      cluster.join();
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static RedisServer node(String... more) throws IOException {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--cluster-enabled",
                "yes",
                "--cluster-replica-validity-factor",
                "0",
                "--repl-ping-replica-period",
                "1",
                "--repl-diskless-sync-delay",
                "0"));
    options.addAll(List.of(more));
    return RedisServer.launch(options.toArray(String[]::new));
  }

  private void join() throws IOException {
    RedisServer first = masters.get(0);
    for (int i = 0; i < MASTERS; i++) {
      int from = i * SLOTS / MASTERS;
      int to = (i + 1) * SLOTS / MASTERS - 1;
      masters.get(i).call("CLUSTER", "ADDSLOTSRANGE", Integer.toString(from), Integer.toString(to));
      masters.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
    }
    for (RedisServer node : nodes()) {
      if (node != first) {
        node.call("CLUSTER", "MEET", "127.0.0.1", Integer.toString(first.port()));
      }
    }
    awaitHealth(first, nodes().size());
    for (int i = 0; i < replicas.size(); i++) {
      RedisServer replica = replicas.get(i);
      String id = String.valueOf(masters.get(i).call("CLUSTER", "MYID"));
      Servers.await(
          "the replica to know its master",
          PATIENCE_MILLIS,
          () -> String.valueOf(replica.call("CLUSTER", "NODES")).contains(id));
      replica.call("CLUSTER", "REPLICATE", id);
    }
    for (RedisServer node : nodes()) {
      awaitHealth(node, nodes().size());
    }
    awaitReplicas();
  }

  /** Waits until every master has its replica, up to date. */
  public void awaitReplicas() throws IOException {
    for (int i = 0; i < replicas.size(); i++) {
      RedisServer master = masters.get(i);
      Servers.await(
          "the replicas to be connected",
          PATIENCE_MILLIS,
          () -> String.valueOf(master.call("INFO", "replication")).contains("state=online"));
    }
  }

  private static void awaitHealth(RedisServer node, int size) throws IOException {
    Servers.await(
        "the cluster to be well",
        PATIENCE_MILLIS,
        () -> {
          String info = String.valueOf(node.call("CLUSTER", "INFO"));
          return info.contains("cluster_state:ok")
              && info.contains("cluster_known_nodes:" + size)
              && info.contains("cluster_slots_ok:" + SLOTS);
        });
  }

  /**
   * Waits until a replica has taken over from the master of a shard, and the survivors agree.
   *
   * @param index which master was lost
   */
  public void awaitFailover(int index) throws IOException {
    RedisServer replica = replicas.get(index);
    Servers.await(
        "the replica to take over",
        PATIENCE_MILLIS,
        () -> String.valueOf(replica.call("INFO", "replication")).contains("role:master"));
    for (RedisServer node : nodes()) {
      if (node != masters.get(index)) {
        Servers.await(
            "the cluster to be well again",
            PATIENCE_MILLIS,
            () -> String.valueOf(node.call("CLUSTER", "INFO")).contains("cluster_state:ok"));
      }
    }
  }

  /** Waits until a node that was down is well. */
  public void awaitHealth(RedisServer node) throws IOException {
    awaitHealth(node, nodes().size());
  }

  /** The servers that were masters at the start. */
  public List<RedisServer> masters() {
    return masters;
  }

  /** Their replicas, in the same order. */
  public List<RedisServer> replicas() {
    return replicas;
  }

  private List<RedisServer> nodes() {
    List<RedisServer> all = new ArrayList<>(masters);
    all.addAll(replicas);
    return all;
  }

  /** The URI of a store on this cluster. */
  public String uri() {
    return masters.stream()
        .map(node -> "127.0.0.1:" + node.port())
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }

  @Override
  public void close() throws IOException {
    for (RedisServer node : nodes()) {
      node.close();
    }
  }
}

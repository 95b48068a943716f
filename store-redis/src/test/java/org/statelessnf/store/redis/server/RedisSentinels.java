package org.statelessnf.store.redis.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master, its replica, and three sentinels that watch them. */
public final class RedisSentinels implements AutoCloseable {
  private static final String MASTER = "flows";
  private static final int SENTINELS = 3;
  private static final long PATIENCE_MILLIS = 60_000;

  private final List<RedisServer> sentinels = new ArrayList<>();
  private final RedisServer first;
  private final RedisServer second;

  private RedisSentinels(RedisServer first, RedisServer second) {
    this.first = first;
    this.second = second;
  }

  /**
   * Starts them; returns when the sentinels know each other and the replica.
   *
   * @param downAfterMillis silence after which a server is taken for dead
   * @param more options of master and replica, as on the command line
   */
  public static RedisSentinels start(long downAfterMillis, String... more) throws IOException {
    List<String> options =
        new ArrayList<>(
            List.of("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"));
    options.addAll(List.of(more));
    RedisServer master = RedisServer.launch(options.toArray(String[]::new));
    options.addAll(List.of("--replicaof", "127.0.0.1 " + master.port()));
    RedisServer replica = RedisServer.launch(options.toArray(String[]::new));
    RedisSentinels all = new RedisSentinels(master, replica);
    try {
      all.awaitReplica();
      for (int i = 0; i < SENTINELS; i++) {
        all.sentinels.add(
            RedisServer.launchSentinel(
                """
                sentinel monitor %1$s 127.0.0.1 %2$d 2
                sentinel down-after-milliseconds %1$s %3$d
                sentinel failover-timeout %1$s 5000
                """
                    .formatted(MASTER, master.port(), downAfterMillis)));
      }
      for (RedisServer sentinel : all.sentinels) {
        Servers.await(
            "the sentinels to know each other",
            PATIENCE_MILLIS,
            () -> {
              String state = String.valueOf(sentinel.call("SENTINEL", "MASTER", MASTER));
              return state.contains("num-other-sentinels, " + (SENTINELS - 1))
                  && state.contains("num-slaves, 1");
            });
      }
      return all;
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /** Waits until the replica is up to date. */
  public void awaitReplica() throws IOException {
    Servers.await(
        "the replica to be connected",
        PATIENCE_MILLIS,
        () -> String.valueOf(first.call("INFO", "replication")).contains("state=online"));
  }

  /** Waits until the sentinels have made the replica the master. */
  public void awaitFailover() throws IOException {
    for (RedisServer sentinel : sentinels) {
      Servers.await(
          "the sentinels to name another master",
          PATIENCE_MILLIS,
          () ->
              String.valueOf(sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER))
                  .contains(Integer.toString(second.port())));
    }
    Servers.await(
        "the replica to take over",
        PATIENCE_MILLIS,
        () -> String.valueOf(second.call("INFO", "replication")).contains("role:master"));
  }

  /** The server that is the master at the start. */
  public RedisServer master() {
    return first;
  }

  /** The server that is the replica at the start. */
  public RedisServer replica() {
    return second;
  }

  /** The URI of a store behind these sentinels. */
  public String uri() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port())
        .collect(Collectors.joining(",", "redis-sentinel://", "/" + MASTER));
  }

  @Override
  public void close() throws IOException {
    for (RedisServer sentinel : sentinels) {
      sentinel.close();
    }
    first.close();
    second.close();
  }
}

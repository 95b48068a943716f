package org.statelessnf.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;
import org.statelessnf.store.redis.server.RedisCluster;
import org.statelessnf.store.redis.server.RedisSentinels;
import org.statelessnf.store.redis.server.RedisServer;

/**
 * What an acknowledged write survives, mode by mode: servers are killed while a session writes, and
 * what {@code docs/redis.md} says must be there, is. Service resumes on the same session.
 */
class RedisFailoverTest {
  private static final String PATIENT = "?connectTimeout=10s&timeout=300ms";
  private static final long HEALTHY_MILLIS = 300;

  /** A server that is silent for so long is replaced. */
  private static final long BRISK_MILLIS = 1500;

  @Test
  void shouldKeepEverythingBehindSentinelsWhenReplicasAreAwaited() throws IOException {
    try (RedisSentinels servers = RedisSentinels.start(BRISK_MILLIS);
        StateStore store = Stores.open(servers.uri() + PATIENT + "&waitReplicas=1")) {
      declares(store, Consistency.LINEARIZABLE_UNTIL_FAILOVER, Durability.NODE_CRASH);
      try (Ledger ledger = new Ledger(store)) {
        ledger.awaitService();
        ledger.rounds(HEALTHY_MILLIS);
        servers.master().kill();
        ledger.rounds(HEALTHY_MILLIS); // in vain, and within its deadlines
        servers.awaitFailover();
        // The one that is left has no replica that could confirm a write; what was confirmed is
        // there all the same.
        ledger.readAll();
        assertThat(ledger.lost()).isEmpty();
        servers.master().start();
        ledger.awaitService();
        ledger.readAll();
        assertThat(ledger.lost()).isEmpty();
      }
    }
  }

  @Test
  void shouldGoOnBehindSentinels() throws IOException {
    try (RedisSentinels servers = RedisSentinels.start(BRISK_MILLIS);
        StateStore store = Stores.open(servers.uri() + PATIENT)) {
      declares(store, Consistency.LINEARIZABLE_UNTIL_FAILOVER, Durability.BEST_EFFORT);
      try (Ledger ledger = new Ledger(store)) {
        ledger.awaitService();
        ledger.rounds(HEALTHY_MILLIS);
        servers.master().kill();
        ledger.awaitService();
        ledger.rounds(HEALTHY_MILLIS);
      }
    }
  }

  /** A master that hangs is replaced, too; when it goes on, it is told that it is none. */
  @Test
  void shouldLeaveMasterThatHangs() throws IOException {
    try (RedisSentinels servers = RedisSentinels.start(BRISK_MILLIS);
        StateStore store = Stores.open(servers.uri() + PATIENT)) {
      try (Ledger ledger = new Ledger(store)) {
        ledger.awaitService();
        servers.master().stop();
        ledger.awaitService();
        servers.master().resume();
        ledger.rounds(HEALTHY_MILLIS);
        ledger.awaitService();
      }
    }
  }

  @Test
  void shouldKeepEverythingInClusterWhenReplicasAreAwaited() throws IOException {
    try (RedisCluster cluster = RedisCluster.start(true, BRISK_MILLIS);
        StateStore store = Stores.open(cluster.uri() + PATIENT + "&waitReplicas=1")) {
      declares(store, Consistency.LINEARIZABLE_UNTIL_FAILOVER, Durability.NODE_CRASH);
      try (Ledger ledger = new Ledger(store)) {
        ledger.awaitService();
        ledger.rounds(HEALTHY_MILLIS);
        cluster.masters().get(1).kill();
        ledger.rounds(HEALTHY_MILLIS);
        cluster.awaitFailover(1);
        ledger.readAll();
        assertThat(ledger.lost()).isEmpty();
        cluster.masters().get(1).start();
        ledger.awaitService();
        ledger.readAll();
        assertThat(ledger.lost()).isEmpty();
      }
    }
  }

  @Test
  void shouldServeRestOfClusterWhileMasterIsDown() throws IOException {
    try (RedisCluster cluster =
            RedisCluster.start(false, BRISK_MILLIS, "--cluster-require-full-coverage", "no");
        StateStore store = Stores.open(cluster.uri() + PATIENT)) {
      declares(store, Consistency.LINEARIZABLE_UNTIL_FAILOVER, Durability.PROCESS_CRASH);
      try (Ledger ledger = new Ledger(store)) {
        ledger.awaitService();
        cluster.masters().get(0).kill();
        int served = 0;
        for (int i = 0; i < 5; i++) {
          served = Math.max(served, ledger.round());
        }
        assertThat(served).isBetween(Ledger.KEYS / 4, Ledger.KEYS - 1);
        cluster.masters().get(0).start();
        ledger.awaitService();
      }
    }
  }

  @Test
  void shouldKeepEverythingWhenEachWriteIsOnDisk() throws IOException {
    try (RedisServer server = RedisServer.launch("--appendonly", "yes", "--appendfsync", "always");
        StateStore store = Stores.open("redis://127.0.0.1:" + server.port() + PATIENT)) {
      declares(store, Consistency.LINEARIZABLE, Durability.NODE_CRASH);
      try (Ledger ledger = new Ledger(store)) {
        ledger.awaitService();
        ledger.rounds(HEALTHY_MILLIS);
        server.kill();
        ledger.rounds(HEALTHY_MILLIS);
        server.start();
        ledger.readAll();
        assertThat(ledger.lost()).isEmpty();
        ledger.awaitService();
      }
    }
  }

  @Test
  void shouldDeclareWhatServerWithoutLogForgets() throws IOException {
    try (RedisServer server = RedisServer.launch();
        StateStore store = Stores.open("redis://127.0.0.1:" + server.port() + PATIENT)) {
      declares(store, Consistency.LINEARIZABLE, Durability.PROCESS_CRASH);
      try (Ledger ledger = new Ledger(store)) {
        ledger.awaitService();
        server.kill();
        server.start();
        ledger.readAll();
        assertThat(ledger.lost()).hasSize(Ledger.KEYS);
        ledger.awaitService();
      }
    }
  }

  private static void declares(StateStore store, Consistency consistency, Durability durability) {
    assertThat(store.capabilities().consistency()).isEqualTo(consistency);
    assertThat(store.capabilities().durability()).isEqualTo(durability);
  }
}

package org.statelessnf.store.redis;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;
import org.statelessnf.store.redis.RedisOptions.Mode;
import org.statelessnf.store.support.AbstractStateStore;

/** A Redis server, a master behind sentinels, or a cluster. */
final class RedisStore extends AbstractStateStore {
  private static final int CLOSED_RETRIES = 4;
  static final int MAX_KEY_BYTES = 1024;
  static final int MAX_VALUE_BYTES = 1 << 20;
  static final Set<Feature> FEATURES =
      EnumSet.of(
          Feature.INCREMENT,
          Feature.IDLE_TTL,
          Feature.SCAN,
          Feature.TIMERS,
          Feature.FILTER,
          Feature.MISMATCH_VALUE,
          Feature.NATIVE_TIMERS,
          Feature.NATIVE_FILTER,
          Feature.STORE_CLOCK);

  private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

  private final RedisOptions options;
  private final Lettuce lettuce;
  private final Keyspace keyspace;
  private final Topology topology;
  private final String description;
  private final Capabilities capabilities;
  private final boolean bloomModule;
  private final Script bloomModuleScript;

  private RedisStore(
      StoreUri uri,
      Lettuce lettuce,
      Keyspace keyspace,
      Topology topology,
      List<ServerFacts> servers,
      Script bloomModuleScript,
      boolean forceBloomModule) {
    super(uri);
    this.options = lettuce.options();
    this.lettuce = lettuce;
    this.keyspace = keyspace;
    this.topology = topology;
    this.bloomModuleScript = bloomModuleScript;
    this.bloomModule = forceBloomModule || servers.stream().allMatch(ServerFacts::bloomModule);
    this.description =
        servers.get(0).product()
            + switch (options.mode()) {
              case STANDALONE -> "";
              case SENTINEL -> ", sentinel";
              case CLUSTER -> ", cluster of " + servers.size() + " masters";
            };
    this.capabilities = capabilities(options, servers);
  }

  static RedisStore open(StoreUri uri) {
    return open(uri, Script.BLOOM_MODULE, false);
  }

  /**
   * Opens a store.
   *
   * @param bloomModuleScript what talks to the server's own filters; tests pass a stand-in
   * @param forceBloomModule whether to use it although the server has none
   */
  static RedisStore open(StoreUri uri, Script bloomModuleScript, boolean forceBloomModule) {
    RedisOptions options = RedisOptions.parse(uri);
    Lettuce lettuce = new Lettuce(options);
    Topology topology = null;
    RedisStore store = null;
    try {
      boolean cluster = options.mode() == Mode.CLUSTER;
      Keyspace keyspace = new Keyspace(options.keyPrefix(), options.shards(), cluster);
      topology = cluster ? cluster(lettuce, keyspace) : single(lettuce);
      try (Wire wire = new Wire(lettuce, topology)) {
        connect(wire, options);
        long deadline = System.nanoTime() + options.connectTimeout().toNanos();
        List<ServerFacts> servers = ask(wire, topology, deadline);
        check(options, servers);
        if (cluster) {
          checkLayout(wire, options, keyspace, deadline);
        }
        store =
            new RedisStore(
                uri, lettuce, keyspace, topology, servers, bloomModuleScript, forceBloomModule);
      }
      return store;
    } finally {
      if (store == null) {
        if (topology != null) {
          topology.close();
        }
        lettuce.close();
      }
    }
  }

  private static Topology single(Lettuce lettuce) {
    RedisOptions options = lettuce.options();
    String name =
        options.socket() != null
            ? options.socket()
            : options.master() != null
                ? "master " + options.master()
                : options.endpoints().get(0).toString();
    return new Topology.Single(new Node(name, lettuce.uri(), options.mode() == Mode.SENTINEL));
  }

  private static Topology cluster(Lettuce lettuce, Keyspace keyspace) {
    RedisOptions options = lettuce.options();
    String seeds = options.endpoints().toString();
    try {
      return new ClusterTopology(lettuce, keyspace);
    } catch (ExecutionException e) {
      throw Failures.unavailable(options, seeds, options.connectTimeout(), e.getCause());
    } catch (TimeoutException e) {
      throw Failures.unavailable(options, seeds, options.connectTimeout(), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.unavailable(options, seeds, options.connectTimeout(), e);
    }
  }

  private static void connect(Wire wire, RedisOptions options) {
    List<Node> masters = wire.topology().masters();
    if (masters.isEmpty()) {
      throw new StoreUnavailableException(options.uri() + ": the cluster has no master with slots");
    }
    NodeLink down = wire.connectAll(masters, options.connectTimeout().toNanos());
    // Who refuses a login also closes the connection, and now and then only that is told.
    for (int again = 0; again < CLOSED_RETRIES && Failures.isClosed(down); again++) {
      down = wire.connectAll(masters, options.connectTimeout().toNanos());
    }
    if (down != null) {
      throw Failures.unavailable(
          options, down.node().name(), options.connectTimeout(), down.failure());
    }
  }

  private static List<ServerFacts> ask(Wire wire, Topology topology, long deadline) {
    List<ServerFacts> servers = new ArrayList<>();
    for (Node node : topology.masters()) {
      servers.add(ServerFacts.ask(wire, wire.link(node), deadline));
    }
    return servers;
  }

  private static void check(RedisOptions options, List<ServerFacts> servers) {
    for (ServerFacts facts : servers) {
      if (facts.cluster() != (options.mode() == Mode.CLUSTER)) {
        throw new StoreConfigException(
            "%s: the server is %s of a cluster, use %s:"
                .formatted(
                    options.uri(),
                    facts.cluster() ? "part" : "not part",
                    facts.cluster() ? "redis-cluster" : "redis"));
      }
      if (!facts.master()) {
        throw new StoreConfigException(
            options.uri() + ": the server is a replica, name its master or use redis-sentinel:");
      }
      if (facts.evicts() != null && !options.allowEviction()) {
        throw new StoreConfigException(
            "%s: the server may evict records (maxmemory-policy %s): set noeviction, or accept losses by allowEviction=true"
                .formatted(options.uri(), facts.evicts()));
      }
      if (options.waitReplicas() > facts.replicas()) {
        LOG.warn(
            "{}: waitReplicas={}, but a master has {} replicas at present: writes will end as"
                + " UNKNOWN until it has enough",
            options.uri(),
            options.waitReplicas(),
            facts.replicas());
      }
    }
  }

  /** All processes must spread keys over the same shards. */
  private static void checkLayout(
      Wire wire, RedisOptions options, Keyspace keyspace, long deadline) {
    String mine = "v1 shards=" + keyspace.shards();
    String other = agree(wire, keyspace, 0, "layout", mine, deadline);
    if (!other.equals(mine)) {
      throw new StoreConfigException(
          "%s: the store was laid out as '%s', not '%s'".formatted(options.uri(), other, mine));
    }
  }

  /**
   * Writes down what processes must agree upon, unless it was written down before.
   *
   * @return what counts
   */
  private static String agree(
      Wire wire, Keyspace keyspace, int shard, String name, String mine, long deadline) {
    Node node = wire.topology().node(shard);
    if (node == null) {
      throw new StoreUnavailableException("no node has the slot of " + name);
    }
    NodeLink link = wire.link(node);
    byte[] key = keyspace.key(shard, name);
    wire.call(link, deadline, new Call(Resp.ascii("SETNX"), key, Resp.ascii(mine)));
    Call call = wire.call(link, deadline, new Call(Resp.ascii("GET"), key));
    return call.hasError() || call.text().isEmpty() ? mine : call.text();
  }

  private static Capabilities capabilities(RedisOptions options, List<ServerFacts> servers) {
    boolean failsOver = options.mode() != Mode.STANDALONE;
    boolean replicated = servers.stream().allMatch(facts -> facts.replicas() > 0);
    Durability durability;
    if (failsOver && replicated) {
      // With fewer, an election may choose a replica that has not got the latest writes.
      boolean all = servers.stream().allMatch(facts -> facts.replicas() <= options.waitReplicas());
      durability = all ? Durability.NODE_CRASH : Durability.BEST_EFFORT;
    } else if (servers.stream().allMatch(ServerFacts::durable)) {
      durability = Durability.NODE_CRASH;
    } else if (servers.stream().allMatch(ServerFacts::logged)) {
      durability = Durability.BEST_EFFORT;
    } else {
      durability = Durability.PROCESS_CRASH;
    }
    return new Capabilities(
        options.socket() != null ? Scope.HOST : Scope.CLUSTER,
        failsOver ? Consistency.LINEARIZABLE_UNTIL_FAILOVER : Consistency.LINEARIZABLE,
        durability,
        MAX_KEY_BYTES,
        MAX_VALUE_BYTES,
        options.maxInFlight(),
        FEATURES);
  }

  RedisOptions options() {
    return options;
  }

  Keyspace keyspace() {
    return keyspace;
  }

  Script bloomModuleScript() {
    return bloomModuleScript;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  protected Table createTable(TableSpec spec, int id) {
    return new RedisTable(this, spec, id, keyspace);
  }

  @Override
  protected TimerQueue createTimers(TimerSpec spec) {
    return new RedisTimerQueue(this, spec, keyspace);
  }

  @Override
  protected BloomFilter createFilter(FilterSpec spec) {
    BloomShape shape = BloomShape.of(spec);
    String mine = (bloomModule ? "module " : "bitmap ") + shape.text(spec);
    String name = RedisBloomFilter.path(spec) + "/shape";
    try (Wire wire = new Wire(lettuce, topology)) {
      String other =
          agree(wire, keyspace, 0, name, mine, System.nanoTime() + defaultTimeoutNanos());
      if (!other.equals(mine)) {
        throw new StoreConfigException(
            "%s: filter %s was made as '%s', not '%s'".formatted(uri(), spec.name(), other, mine));
      }
    }
    return new RedisBloomFilter(this, spec, shape, bloomModule, keyspace);
  }

  @Override
  protected StoreSession createSession() {
    Wire wire = new Wire(lettuce, topology);
    @Nullable NodeLink down = null;
    boolean anyUp = false;
    try {
      List<Node> masters = topology.masters();
      down = wire.connectAll(masters, defaultTimeoutNanos());
      for (Node node : masters) {
        anyUp |= wire.link(node).isUp();
      }
      // A cluster that has lost a master still serves the rest.
      if (!anyUp) {
        throw Failures.unavailable(
            options,
            down == null ? "the cluster" : down.node().name(),
            options.timeout(),
            down == null ? null : down.failure());
      }
    } finally {
      if (!anyUp) {
        wire.close();
      }
    }
    return new RedisSession(this, wire);
  }

  @Override
  protected void release() {
    topology.close();
    lettuce.close();
  }
}

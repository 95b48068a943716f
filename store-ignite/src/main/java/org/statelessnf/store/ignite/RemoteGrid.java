package org.statelessnf.store.ignite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessorException;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.PartitionLossPolicy;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.client.ClientAuthenticationException;
import org.apache.ignite.client.ClientCache;
import org.apache.ignite.client.ClientCacheConfiguration;
import org.apache.ignite.client.ClientConnectionException;
import org.apache.ignite.client.ClientException;
import org.apache.ignite.client.IgniteClientFuture;
import org.apache.ignite.lang.IgniteBiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.statelessnf.store.Durability;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUnavailableException;

/**
 * Thin clients of a remote cluster, one per server. Every write goes to the server that owns its
 * key, which refuses it if it does not ({@link WriteResults#MOVED}). So the server that takes a
 * request and the one that carries it out are one: if it dies, the connection dies with it, nobody
 * repeats the write, and the outcome is told as unknown.
 *
 * <p>A request to a server that has to be connected to first starts on a virtual thread, and waits
 * there.
 */
final class RemoteGrid implements Grid {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteGrid.class);
  private static final byte[] NO_KEY = new byte[1];
  private static final long RESURVEY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final IgniteOptions options;
  private final List<Server> servers = new CopyOnWriteArrayList<>();
  private final Durability durability;
  private volatile Layout layout = new Layout(new int[] {0}, Owners.probes(1), List.of(), 0);
  private volatile long triedNanos = System.nanoTime();
  private volatile boolean closed;

  /**
   * Who owns what.
   *
   * @param groups server's number by partition
   * @param probes a key of each partition
   * @param owning a partition of each server that has any
   * @param atNanos when it was asked
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Layout(int[] groups, byte[][] probes, List<Integer> owning, long atNanos) {}

  private RemoteGrid(IgniteOptions options) {
    this.options = options;
    for (String address : options.addresses()) {
      servers.add(new Server(address, options));
    }
    boolean opened = false;
    try {
      this.durability = open();
      opened = true;
    } finally {
      if (!opened) {
        servers.forEach(Server::close);
      }
    }
  }

  /**
   * Connects.
   *
   * @throws StoreUnavailableException if no server answers
   * @throws StoreConfigException if the login is refused, or the cluster is not fit
   */
  static RemoteGrid connect(IgniteOptions options) {
    return new RemoteGrid(options);
  }

  private Durability open() {
    ClientException last = null;
    for (Server server : servers) {
      try {
        ClientCacheConfiguration cache =
            server.client().getOrCreateCache(cacheConfiguration()).getConfiguration();
        check(cache);
        survey();
        boolean several = servers.stream().filter(one -> one.id() != null).count() > 1;
        return several && cache.getBackups() > 0 ? Durability.NODE_CRASH : Durability.PROCESS_CRASH;
      } catch (ClientAuthenticationException e) {
        throw new StoreConfigException(
            options.uri() + ": the login is refused: " + firstLine(e), e);
      } catch (ClientConnectionException e) {
        last = e;
      } catch (ClientException e) {
        throw new StoreConfigException("%s: %s".formatted(options.uri(), firstLine(e)), e);
      }
    }
    throw new StoreUnavailableException(
        "%s: no server answers: %s".formatted(options.uri(), last == null ? "" : firstLine(last)),
        last == null ? new IllegalStateException("no address") : last);
  }

  private ClientCacheConfiguration cacheConfiguration() {
    return new ClientCacheConfiguration()
        .setName(options.cache())
        .setCacheMode(CacheMode.PARTITIONED)
        .setAtomicityMode(CacheAtomicityMode.ATOMIC)
        .setBackups(options.backups())
        .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
        .setReadFromBackup(false)
        .setRebalanceMode(CacheRebalanceMode.SYNC)
        .setPartitionLossPolicy(PartitionLossPolicy.IGNORE)
        .setEagerTtl(true);
  }

  private void check(ClientCacheConfiguration cache) {
    boolean fit =
        cache.getAtomicityMode() == CacheAtomicityMode.ATOMIC
            && cache.getCacheMode() == CacheMode.PARTITIONED
            && cache.getWriteSynchronizationMode() == CacheWriteSynchronizationMode.FULL_SYNC
            && !cache.isReadFromBackup();
    if (!fit) {
      throw new StoreConfigException(
          "%s: cache %s was made in another way: it must be ATOMIC, PARTITIONED, FULL_SYNC, without reads from backups"
              .formatted(options.uri(), options.cache()));
    }
  }

  // --- who owns what ---

  /** Asks a server that answers; servers that are not known yet are added. Waits. */
  private synchronized void survey() {
    if (System.nanoTime() - layout.atNanos() < RESURVEY_NANOS && layout.atNanos() != 0) {
      return; // another thread has just asked
    }
    ClientException last = null;
    for (Server server : servers) {
      try {
        byte[] answer = server.cache().<byte[]>invoke(NO_KEY, new Survey(), options.cache());
        adopt(Survey.Result.of(answer));
        return;
      } catch (EntryProcessorException e) {
        throw new StoreConfigException(
            "%s: the servers cannot run this store's code, put the store-ignite jar on their class path: %s"
                .formatted(options.uri(), firstLine(e)),
            e);
      } catch (ClientException e) {
        last = e;
      }
    }
    throw last == null ? new ClientConnectionException("no server") : last;
  }

  private void adopt(Survey.Result survey) {
    Map<UUID, Integer> numbers = new HashMap<>();
    survey
        .addresses()
        .forEach((id, addresses) -> {
          Server server = server(id, addresses);
          if (server != null) {
            numbers.put(id, servers.indexOf(server));
          }
        });
    int[] groups = new int[survey.owners().size()];
    for (int partition = 0; partition < groups.length; partition++) {
      Integer number = numbers.get(survey.owners().get(partition));
      groups[partition] = number == null ? 0 : number;
    }
    byte[][] probes =
        layout.groups().length == groups.length ? layout.probes() : Owners.probes(groups.length);
    Set<Integer> known = new HashSet<>();
    List<Integer> owning = new ArrayList<>();
    for (int partition = 0; partition < groups.length; partition++) {
      if (known.add(groups[partition])) {
        owning.add(partition);
      }
    }
    layout = new Layout(groups, probes, owning, System.nanoTime());
  }

  /** The connection to a node: one that is there, else one to an address it tells. */
  private @Nullable Server server(UUID id, List<String> addresses) {
    for (Server server : servers) {
      try {
        server.client();
      } catch (ClientException e) {
        LOG.debug("{} does not answer", server.address(), e);
      }
      if (id.equals(server.id())) {
        return server;
      }
    }
    for (String address : addresses) {
      if (servers.stream().noneMatch(one -> one.address().equals(address))) {
        Server candidate = new Server(address, options);
        try {
          candidate.client();
          if (id.equals(candidate.id())) {
            servers.add(candidate);
            return candidate;
          }
        } catch (ClientException e) {
          LOG.debug("{} does not answer", address, e);
        }
        candidate.close();
      }
    }
    return null;
  }

  @Override
  public int readGroup(byte[] key) {
    int[] groups = layout.groups();
    return groups[Owners.partition(key, groups.length)];
  }

  @Override
  public int writeGroup(byte[] key) {
    return readGroup(key);
  }

  @Override
  public boolean isLocal(byte[] key) {
    return false;
  }

  @Override
  public StateStore.Placement placement(byte[] key) {
    Server server = servers.get(readGroup(key));
    return new StateStore.Placement(String.valueOf(server.id()), false);
  }

  // --- work ---

  @Override
  public void readHere(KeyIndex keys, boolean[] answered, OwnRecords.Reader reader) {}

  @Override
  public void getAll(int group, KeySet keys, Call call) {
    Server server = servers.get(group);
    at(server, server::cache, call, cache -> send(() -> cache.getAllAsync(keys), call, false));
  }

  @Override
  public void invokeAll(int group, KeySet keys, byte[] ops, long reclaimMillis, Call call) {
    Server server = servers.get(group);
    at(
        server,
        () -> server.expiring(reclaimMillis),
        call,
        cache -> {
          Object target = server.id();
          send(
              () -> cache.<byte[]>invokeAllAsync(keys, new ApplyWrites(), ops, target), call, true);
        });
  }

  @Override
  public List<byte[]> dueHere(byte[] prefix, int max) {
    return List.of();
  }

  @Override
  public int members() {
    return layout.owning().size();
  }

  @Override
  public void askDue(int member, byte[] prefix, int max, Call call) {
    start(() -> {
      Layout now = layout;
      if (member >= now.owning().size()) {
        call.told(new DueReply(false, List.of()).toBytes()); // it has left
        return;
      }
      int partition = now.owning().get(member);
      try {
        var _ =
            servers
                .get(now.groups()[partition])
                .cache()
                .<byte[]>invokeAsync(
                    now.probes()[partition], new AskDue(), options.cache(), prefix, max)
                .whenComplete((reply, failure) -> {
                  if (failure == null) {
                    call.told(reply);
                  } else {
                    broken();
                    call.failed(failure);
                  }
                });
      } catch (ClientException | CacheException | IllegalStateException e) {
        broken();
        call.notSent(e);
      }
    });
  }

  /** Sends a request; if the owners turn out to be others, asks for them before it is answered. */
  private <T> void send(
      Supplier<IgniteClientFuture<Map<byte[], T>>> request, Call call, boolean write) {
    try {
      var _ =
          request
              .get()
              .whenComplete((map, failure) -> {
                if (failure != null) {
                  broken();
                  call.failed(failure);
                } else if (write && map.values().stream().anyMatch(WriteResults::isMoved)) {
                  start(() -> {
                    resurvey();
                    call.answered(map);
                  });
                } else {
                  call.answered(map);
                }
              });
    } catch (ClientException | CacheException | IllegalStateException e) {
      broken();
      call.failed(e);
    }
  }

  /** A request failed: perhaps its server is gone, and others own its keys by now. */
  private void broken() {
    if (!closed && System.nanoTime() - triedNanos > RESURVEY_NANOS) {
      triedNanos = System.nanoTime();
      start(this::resurvey);
    }
  }

  private void resurvey() {
    try {
      survey();
    } catch (ClientException | StoreConfigException e) {
      LOG.debug("nobody tells who owns what", e);
    }
  }

  /** Works with a server's cache; waits only if the connection breaks in this very moment. */
  private void at(
      Server server,
      Supplier<ClientCache<byte[], byte[]>> opening,
      Call call,
      Consumer<ClientCache<byte[], byte[]>> work) {
    Runnable whole =
        () -> {
          ClientCache<byte[], byte[]> cache;
          try {
            cache = opening.get();
          } catch (ClientException | CacheException | IllegalStateException e) {
            broken();
            call.notSent(e);
            return;
          }
          work.accept(cache);
        };
    if (server.isConnected()) {
      whole.run();
    } else {
      start(whole);
    }
  }

  private static void start(Runnable work) {
    Thread.ofVirtual().name("snf-ignite-call").start(work);
  }

  @Override
  public Rows scan(IgniteBiPredicate<byte[], byte[]> filter) {
    ClientException last = null;
    for (Server server : servers) {
      try {
        return new CursorRows(server.cache().query(new ScanQuery<>(filter)));
      } catch (ClientException e) {
        last = e;
      }
    }
    throw new StoreUnavailableException(
        options.uri() + ": scan: " + (last == null ? "no server" : firstLine(last)));
  }

  // --- questions ---

  @Override
  public String description() {
    return "Apache Ignite, remote, %d servers".formatted(servers.size());
  }

  @Override
  public Durability durability() {
    return durability;
  }

  static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    closed = true;
    servers.forEach(Server::close);
  }
}

package org.statelessnf.store.ignite;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.cache.CacheException;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.internal.processors.cache.distributed.dht.GridDhtTopologyFuture;
import org.apache.ignite.lang.IgniteBiPredicate;
import org.apache.ignite.lang.IgniteFuture;
import org.apache.ignite.lifecycle.LifecycleEventType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.statelessnf.store.Durability;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUnavailableException;

/**
 * A node of the cluster inside this process.
 *
 * <p>A node that the others have given up, say because its process stood still, stops itself; a new
 * one is then started in its place, so the store goes on without a restart of the process.
 */
final class EmbeddedGrid implements Grid {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedGrid.class);
  private static final long REJOIN_MILLIS = 500;

  private final IgniteOptions options;
  private final Gate gate = new Gate();
  private volatile Node node;
  private volatile boolean closed;

  /** A node that runs, or ran. */
  private record Node(
      Ignite ignite,
      IgniteCache<byte[], byte[]> cache,
      Owners owners,
      OwnRecords records,
      Path work) {

    /** The present distribution of keys over nodes, or the one that is being agreed upon. */
    GridDhtTopologyFuture distribution() {
      return Topology.present(ignite);
    }

    /**
     * The cache, writing with a time-to-live. It counts from each write, and no write keeps an
     * older one.
     */
    IgniteCache<byte[], byte[]> expiring(long millis) {
      return cache.withExpiryPolicy(
          new ModifiedExpiryPolicy(
              millis < 0 ? Duration.ETERNAL : new Duration(TimeUnit.MILLISECONDS, millis)));
    }
  }

  private EmbeddedGrid(IgniteOptions options) {
    this.options = options;
    this.node = startNode();
  }

  /**
   * Starts a node and joins it to its cluster; returns when it holds its share of the copies.
   *
   * @throws StoreUnavailableException if that takes longer than the connect timeout
   * @throws StoreConfigException if the cluster is set up in another way
   */
  static EmbeddedGrid start(IgniteOptions options) {
    return new EmbeddedGrid(options);
  }

  private Node startNode() {
    Path work = WorkDirectory.create();
    AtomicBoolean started = new AtomicBoolean();
    try {
      Ignite ignite =
          Ignition.start(
              NodeConfig.node(options, work)
                  .setLifecycleBeans(event -> {
                    if (event == LifecycleEventType.AFTER_NODE_STOP && started.get()) {
                      stopped();
                    }
                  }));
      started.set(true);
      Leaving.register(ignite, gate);
      IgniteCache<byte[], byte[]> cache =
          ignite.<byte[], byte[]>cache(options.cache()).withNoRetries();
      return new Node(
          ignite,
          cache,
          new Owners(ignite, options.cache()),
          new OwnRecords(ignite, options.cache()),
          work);
    } catch (IgniteException e) {
      throw refused(e);
    } finally {
      if (!started.get()) {
        WorkDirectory.remove(work);
      }
    }
  }

  private RuntimeException refused(IgniteException e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    if (message.contains("mismatch") || message.contains("same value")) {
      return new StoreConfigException(
          "%s: the cluster is set up in another way: %s".formatted(options.uri(), message), e);
    }
    return new StoreUnavailableException(
        "%s: the node does not start: %s".formatted(options.uri(), message), e);
  }

  // --- a node that stopped by itself ---

  private void stopped() {
    if (!closed) {
      Thread thread = new Thread(this::rejoin, "snf-ignite-rejoin");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private synchronized void rejoin() {
    LOG.warn("{}: the node left the cluster, joining again", options.uri());
    Node old = node;
    discard(old);
    while (!closed) {
      try {
        node = startNode();
        LOG.warn("{}: the node is back, its records are those of the others", options.uri());
        return;
      } catch (StoreUnavailableException | StoreConfigException e) {
        LOG.warn("{}: not yet: {}", options.uri(), e.getMessage());
        try {
          wait(REJOIN_MILLIS);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private static void discard(Node node) {
    Memory.forget(String.valueOf(node.ignite().name()));
    Leaving.forget(String.valueOf(node.ignite().name()));
    DueTimers.forget(String.valueOf(node.ignite().name()));
    WorkDirectory.remove(node.work());
  }

  @Override
  public void close() {
    closed = true;
    try {
      Leaving.tellOthers(node.ignite());
    } catch (IgniteException | IllegalStateException e) {
      LOG.debug("leaving without a word", e);
    }
    synchronized (this) {
      notifyAll();
      Node last = node;
      Ignition.stop(last.ignite().name(), true);
      discard(last);
    }
  }

  // --- work ---

  @Override
  public int readGroup(byte[] key) {
    return 0; // Ignite deals reads to their owners at no extra cost
  }

  @Override
  public int writeGroup(byte[] key) {
    return node.owners().group(key);
  }

  @Override
  public boolean isLocal(byte[] key) {
    return node.owners().isLocal(key);
  }

  @Override
  public void readHere(KeyIndex keys, boolean[] answered, OwnRecords.Reader reader) {
    try {
      node.records().read(keys, answered, reader);
    } catch (IllegalStateException | CacheException | IgniteException e) {
      LOG.debug("not read here", e); // getAll tells, or reads them
    }
  }

  /**
   * Reads at a settled distribution of the keys, from beginning to end. While keys move, a node
   * that does not know yet that it has lost one still answers for it. But no other node takes it
   * over before every node has begun to deal with the change; so if this one has not begun when the
   * answer is there, the answer came from the owner.
   */
  @Override
  public void getAll(int group, KeySet keys, Call call) {
    gate.enter(() -> read(keys, call));
  }

  private void read(KeySet keys, Call call) {
    Node from = node;
    try {
      from.owners().refresh();
      GridDhtTopologyFuture settled = from.distribution();
      if (settled.isDone()) {
        from.cache().getAllAsync(keys).listen(future -> check(from, settled, future, keys, call));
      } else {
        settled.listen(() -> read(keys, call));
      }
    } catch (RuntimeException e) { // whatever it is, the call must be answered
      gate.leave();
      call.notSent(e);
    }
  }

  private void check(
      Node from,
      GridDhtTopologyFuture settled,
      IgniteFuture<Map<byte[], byte[]>> future,
      KeySet keys,
      Call call) {
    if (from.distribution() != settled && !closed) {
      read(keys, call);
      return;
    }
    gate.leave();
    Map<byte[], byte[]> answer;
    try {
      answer = future.get();
    } catch (RuntimeException e) { // whatever it is, the call must be answered
      again(from, e, call, () -> getAll(0, keys, call));
      return;
    }
    call.answered(answer);
  }

  /**
   * Repeats what failed because another node has left and this one does not know yet who takes its
   * keys over. Only for what does no harm twice.
   */
  private void again(Node from, RuntimeException e, Call call, Runnable work) {
    boolean runs = !closed && Ignition.state(from.ignite().name()) == IgniteState.STARTED;
    if (runs && call.mayTryAgain()) {
      LOG.debug("once more", e);
      Grid.later(work);
    } else {
      call.failed(e);
    }
  }

  @Override
  public void invokeAll(int group, KeySet keys, byte[] ops, long reclaimMillis, Call call) {
    gate.enter(() -> write(keys, ops, reclaimMillis, call));
  }

  private void write(KeySet keys, byte[] ops, long reclaimMillis, Call call) {
    IgniteCache<byte[], byte[]> cache;
    try {
      Node to = node;
      if (!Topology.isSettled(to.ignite()) && call.mayTryAgain()) {
        // A request that is sent to a node that has gone would end as unknown.
        Grid.later(() -> write(keys, ops, reclaimMillis, call));
        return;
      }
      to.owners().refresh();
      cache = to.expiring(reclaimMillis);
    } catch (RuntimeException e) { // whatever it is, the call must be answered
      gate.leave();
      call.notSent(e);
      return;
    }
    try {
      cache
          .invokeAllAsync(keys, new ApplyWrites(), (Object) ops)
          .listen(future -> settle(future, call));
    } catch (RuntimeException e) { // whatever it is, the call must be answered
      gate.leave();
      call.failed(e);
    }
  }

  @Override
  public List<byte[]> dueHere(byte[] prefix, int max) {
    try {
      return DueTimers.of(node.ignite(), prefix).ask(options.cache(), prefix, max, true).keys();
    } catch (IllegalStateException | CacheException | IgniteException e) {
      LOG.debug("the node has stopped", e);
      return List.of();
    }
  }

  @Override
  public int members() {
    Owners owners = node.owners();
    try {
      owners.refresh();
    } catch (IllegalStateException | CacheException | IgniteException e) {
      LOG.debug("the node has stopped", e);
    }
    return owners.others().size();
  }

  @Override
  public void askDue(int member, byte[] prefix, int max, Call call) {
    gate.enter(() -> ask(member, prefix, max, call));
  }

  private void ask(int member, byte[] prefix, int max, Call call) {
    Node from = node;
    List<byte[]> others = from.owners().others();
    if (member >= others.size()) {
      gate.leave();
      call.told(new DueReply(false, List.of()).toBytes()); // it has left
      return;
    }
    try {
      from.cache()
          .<byte[]>invokeAsync(others.get(member), new AskDue(), options.cache(), prefix, max)
          .listen(future -> {
            gate.leave();
            byte[] reply;
            try {
              reply = future.get();
            } catch (RuntimeException e) { // whatever it is, the call must be answered
              again(from, e, call, () -> askDue(member, prefix, max, call));
              return;
            }
            call.told(reply);
          });
    } catch (RuntimeException e) { // whatever it is, the call must be answered
      gate.leave();
      call.notSent(e);
    }
  }

  private <T> void settle(IgniteFuture<? extends Map<byte[], T>> future, Call call) {
    gate.leave();
    try {
      call.answered(future.get());
    } catch (RuntimeException e) { // whatever it is, the call must be answered
      call.failed(e);
    }
  }

  @Override
  public Rows scan(IgniteBiPredicate<byte[], byte[]> filter) {
    try {
      return new CursorRows(node.cache().query(new ScanQuery<>(filter)));
    } catch (IllegalStateException | CacheException | IgniteException e) {
      throw new StoreUnavailableException(options.uri() + ": scan: " + e.getMessage(), e);
    }
  }

  // --- questions ---

  @Override
  public String description() {
    Ignite ignite = node.ignite();
    return "Apache Ignite %s, embedded, %d of %d nodes"
        .formatted(ignite.version(), 1, servers(ignite).size());
  }

  /** A node that is alone takes its records with it. */
  @Override
  public Durability durability() {
    boolean copied = options.backups() > 0 && servers(node.ignite()).size() > 1;
    return copied ? Durability.NODE_CRASH : Durability.NONE;
  }

  @Override
  public StateStore.Placement placement(byte[] key) {
    Ignite ignite = node.ignite();
    ClusterNode owner = ignite.<byte[]>affinity(options.cache()).mapKeyToNode(key);
    if (owner == null) {
      throw new StoreUnavailableException(options.uri() + ": the key has no owner at present");
    }
    return new StateStore.Placement(String.valueOf(owner.consistentId()), owner.isLocal());
  }

  private static Collection<ClusterNode> servers(Ignite ignite) {
    return ignite.cluster().forServers().nodes();
  }
}

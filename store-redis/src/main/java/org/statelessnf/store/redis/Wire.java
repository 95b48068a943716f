package org.statelessnf.store.redis;

import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.StoreUnavailableException;

/**
 * One thread's way to the servers: an event loop and a link per node. Belongs to a session, or to a
 * short job such as opening the store. Not thread-safe; {@link #adopt} hands it to another thread.
 */
final class Wire implements AutoCloseable {
  /** Looked through while waiting; data wakes the thread at once. */
  private static final long SLICE_NANOS = 20_000_000;

  private static final long CLOSE_NANOS = 500_000_000;

  private final RedisOptions options;
  private final SessionEventLoop loop;
  private final RedisClient client;
  private final AddressResolverGroup<InetSocketAddress> resolvers;
  private final Topology topology;
  private final Map<String, NodeLink> byName = new HashMap<>();
  private final List<NodeLink> links = new ArrayList<>();
  private boolean unsettled;
  private boolean closed;

  Wire(Lettuce lettuce, Topology topology) {
    this.options = lettuce.options();
    this.topology = topology;
    this.loop = new SessionEventLoop();
    loop.adopt();
    this.resolvers = lettuce.resolvers();
    this.client = lettuce.client(loop, resolvers);
  }

  SessionEventLoop loop() {
    return loop;
  }

  Topology topology() {
    return topology;
  }

  long connectTimeoutNanos() {
    return options.connectTimeout().toNanos();
  }

  /** How long a server may be silent while answers are overdue. */
  long silenceNanos() {
    return Math.max(options.timeout().toNanos(), TimeUnit.MILLISECONDS.toNanos(500));
  }

  /** Overdue requests that are put up with on one connection. */
  int maxForsaken() {
    return 4 * options.maxInFlight();
  }

  /** The link to a node, made if need be. */
  NodeLink link(Node node) {
    NodeLink link = byName.get(node.name());
    if (link == null) {
      link = new NodeLink(this, node);
      byName.put(node.name(), link);
      links.add(link);
    }
    return link;
  }

  /** Makes the calling thread the one that works with this wire. */
  void adopt() {
    loop.adopt();
  }

  /** Reads and writes what can be, without waiting. */
  void run() {
    loop.run(0);
    settle();
  }

  /**
   * Reads and writes what can be, and waits for something to do.
   *
   * @param nanos at most
   */
  void run(long nanos) {
    // Connects are watched by looking: their time-outs are nobody's event.
    loop.run(unsettled ? Math.min(nanos, SLICE_NANOS) : nanos);
    settle();
  }

  /** Sends what links have taken. */
  void flush() {
    for (int i = 0; i < links.size(); i++) {
      links.get(i).flush();
    }
  }

  private void settle() {
    if (unsettled) {
      unsettled = false;
      for (int i = 0; i < links.size(); i++) {
        links.get(i).progress();
        unsettled |= links.get(i).isUnsettled();
      }
    }
  }

  /** Whether something happened to a link that it has not taken note of yet. */
  boolean isUnsettled() {
    return unsettled;
  }

  /** For links: has {@link NodeLink#progress} called. */
  void unsettled() {
    unsettled = true;
  }

  /** For links: a node does not behave, perhaps the topology has changed. */
  void trouble() {
    topology.suspect();
  }

  /** For links: opens a connection. */
  CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connect(Node node) {
    ConnectionFuture<StatefulRedisConnection<byte[], byte[]>> future =
        client.connectAsync(ByteArrayCodec.INSTANCE, node.uri());
    return future.toCompletableFuture();
  }

  /**
   * Connects to nodes and waits until each attempt has come to an end.
   *
   * @param nanos how long to wait
   * @return the first that could not be connected to, or null
   */
  @Nullable NodeLink connectAll(Iterable<Node> nodes, long nanos) {
    List<NodeLink> wanted = new ArrayList<>();
    for (Node node : nodes) {
      NodeLink link = link(node);
      link.connectIfDown();
      wanted.add(link);
    }
    // From here on: the first connect of a process loads classes for a while before it sends.
    long deadlineNanos = System.nanoTime() + nanos;
    for (NodeLink link : wanted) {
      while (link.isConnecting() && System.nanoTime() - deadlineNanos < 0) {
        run(SLICE_NANOS);
      }
    }
    for (NodeLink link : wanted) {
      if (!link.isUp()) {
        return link;
      }
    }
    return null;
  }

  /**
   * Sends a request and waits for its answer; off the hot path.
   *
   * @throws StoreUnavailableException if there is none by the deadline
   */
  Call call(NodeLink link, long deadlineNanos, Call call) {
    link.send(call);
    link.flush();
    while (!call.isOver() && System.nanoTime() - deadlineNanos < 0) {
      run(SLICE_NANOS);
    }
    if (!call.isOver()) {
      call.forsake();
      throw new StoreUnavailableException(
          "%s: %s does not answer".formatted(options.uri(), link.node().name()));
    }
    Throwable cause = call.cause();
    if (cause != null) {
      throw Failures.unavailable(options, link.node().name(), options.timeout(), cause);
    }
    return call;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    adopt();
    links.forEach(NodeLink::close);
    CompletableFuture<Void> shutdown =
        client.shutdownAsync(0, 0, TimeUnit.MILLISECONDS).toCompletableFuture();
    long end = System.nanoTime() + CLOSE_NANOS;
    while (!shutdown.isDone() && System.nanoTime() - end < 0) {
      loop.run(SLICE_NANOS / 20);
    }
    resolvers.close();
    var _ = client.getResources().shutdown(0, 0, TimeUnit.MILLISECONDS);
    loop.destroy();
  }
}

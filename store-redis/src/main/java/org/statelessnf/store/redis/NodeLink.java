package org.statelessnf.store.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's connection to one node, opened again whenever it breaks.
 *
 * <p>Nothing is ever sent twice: Lettuce's own reconnect, which replays what was not answered, is
 * off. What was on its way when the connection broke ends as {@link Exchange#lost}; what was not
 * sent yet waits as long as a connection is being made and is lost, unsent, when that fails. After
 * a failure the link is down for a moment, in which requests are refused at once.
 *
 * <p>A server that hangs (stopped, half-open connection) is not noticed by a socket. If answers
 * that somebody waited for in vain are outstanding and nothing at all has come in for {@code
 * silenceNanos}, the connection is given up for a new one, which for Sentinel means to ask again
 * who the master is. Requests that time out while the server is silent are bounded, too: past
 * {@code maxForsaken} of them new ones are refused.
 */
final class NodeLink {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLink.class);
  private static final long MIN_BACKOFF_NANOS = 20_000_000;
  private static final long MAX_BACKOFF_NANOS = 500_000_000;

  private enum State {
    /** Not connected; a request starts an attempt unless it comes too early. */
    DOWN,
    /** An attempt is under way; requests wait for it. */
    CONNECTING,
    /** Connected; the server is asked whether it is a master. Requests wait. */
    CHECKING,
    /** Requests are sent at once. */
    UP
  }

  private final Wire wire;
  private final Node node;
  private final Queue<Exchange> waiting = new ArrayDeque<>();
  private final List<Exchange> burst = new ArrayList<>();
  private State state = State.DOWN;
  private @Nullable CompletableFuture<StatefulRedisConnection<byte[], byte[]>> attempt;
  private @Nullable StatefulRedisConnection<byte[], byte[]> connection;
  private @Nullable RedisChannelWriter writer;
  private @Nullable Call roleCall;
  private @Nullable Throwable failure;
  private long attemptEndNanos;
  private long retryNanos = System.nanoTime();
  private long backoffNanos = MIN_BACKOFF_NANOS;
  private long lastSignNanos;
  private int epoch = 1;
  private int outstanding;
  private int forsaken;
  private boolean closed;

  NodeLink(Wire wire, Node node) {
    this.wire = wire;
    this.node = node;
  }

  Node node() {
    return node;
  }

  boolean isUp() {
    return state == State.UP;
  }

  /** Whether an attempt to connect is under way. */
  boolean isConnecting() {
    return state == State.CONNECTING || state == State.CHECKING;
  }

  /** Why the last attempt to connect failed, or null. */
  @Nullable Throwable failure() {
    return failure;
  }

  /**
   * Takes a request; {@link #flush} sends it. Ends it as lost at once if there is no connection and
   * none can be expected.
   */
  void send(Exchange exchange) {
    exchange.prepare(this);
    if (closed) {
      refuse(exchange, "session is closed");
      return;
    }
    if (state == State.UP && (connection == null || !connection.isOpen())) {
      broken("connection was closed by the server");
    }
    if (forsaken > 0) {
      dropIfSilent();
    }
    if (state == State.DOWN && System.nanoTime() - retryNanos >= 0) {
      connect();
    }
    switch (state) {
      case UP -> {
        if (forsaken >= wire.maxForsaken()) {
          refuse(exchange, "server does not answer");
        } else {
          burst.add(exchange);
        }
      }
      case DOWN -> refuse(exchange, "not connected");
      default -> waiting.add(exchange);
    }
  }

  /** Sends what {@link #send} took, in one go. */
  void flush() {
    if (burst.isEmpty() || writer == null) {
      return;
    }
    if (outstanding == 0) {
      lastSignNanos = System.nanoTime();
    }
    outstanding += burst.size();
    for (int i = 0; i < burst.size(); i++) {
      burst.get(i).epoch(epoch);
    }
    if (burst.size() == 1) {
      Exchange only = burst.get(0);
      burst.clear();
      writer.write(only);
    } else {
      List<Exchange> all = new ArrayList<>(burst);
      burst.clear();
      writer.write(all);
    }
  }

  /** For exchanges: one that went over this link ended. */
  void ended(Exchange exchange, boolean answered) {
    if (exchange.epoch() != epoch) {
      return; // of an earlier connection, or never sent
    }
    outstanding--;
    if (exchange.isForsaken()) {
      forsaken--;
    }
    if (answered) {
      lastSignNanos = System.nanoTime();
    } else {
      wire.unsettled();
    }
  }

  /** For exchanges: nobody waits for this one any more. */
  void forsaken(Exchange exchange) {
    if (exchange.epoch() == 0) {
      waiting.remove(exchange);
      wire.trouble(); // a node that cannot be connected to in time may have been replaced
    } else if (exchange.epoch() == epoch) {
      forsaken++;
      dropIfSilent();
    }
  }

  /** Whether {@link #progress} has something to do. */
  boolean isUnsettled() {
    return state == State.CONNECTING || state == State.CHECKING;
  }

  /** Takes note of how an attempt to connect went, and of a connection that broke. */
  void progress() {
    if (state == State.UP && connection != null && !connection.isOpen()) {
      broken("connection was closed by the server");
    }
    if (state == State.CONNECTING && attempt != null) {
      if (attempt.isDone()) {
        connected(attempt);
      } else if (System.nanoTime() - attemptEndNanos >= 0) {
        forget(attempt);
        failed(new TimeoutException("no answer while connecting"));
      }
    }
    if (state == State.CHECKING && roleCall != null) {
      if (roleCall.isOver()) {
        checked(roleCall);
      } else if (System.nanoTime() - attemptEndNanos >= 0) {
        drop("no answer to ROLE");
      }
    }
  }

  /** Gives the connection up; what is on its way is lost. */
  void drop(String why) {
    if (state == State.UP || state == State.CHECKING) {
      broken(why);
    }
  }

  /** Starts an attempt to connect if there is no connection. */
  void connectIfDown() {
    if (state == State.DOWN && !closed) {
      connect();
    }
  }

  void close() {
    closed = true;
    if (attempt != null) {
      forget(attempt);
    }
    closeConnection();
    state = State.DOWN;
    refuseWaiting(new IllegalStateException("session is closed"));
  }

  private void connect() {
    state = State.CONNECTING;
    wire.unsettled();
    try {
      attempt = wire.connect(node);
      attemptEndNanos = System.nanoTime() + wire.connectTimeoutNanos();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void connected(CompletableFuture<StatefulRedisConnection<byte[], byte[]>> done) {
    attempt = null;
    if (done.isCompletedExceptionally()) {
      failed(done.handle((c, e) -> e).join());
      return;
    }
    connection = done.join();
    writer = ((RedisChannelHandler<?, ?>) connection).getChannelWriter();
    if (node.checkRole()) {
      state = State.CHECKING;
      roleCall = Call.of("ROLE");
      roleCall.prepare(this);
      burst.add(roleCall);
      flush();
    } else {
      up();
    }
  }

  private void checked(Call role) {
    roleCall = null;
    boolean master =
        !role.list().isEmpty()
            && role.list().get(0) instanceof byte[] kind
            && new String(kind, StandardCharsets.US_ASCII).equals("master");
    if (role.cause() != null) {
      failed(role.cause());
    } else if (!master && !role.hasError()) {
      failed(new IllegalStateException(node.name() + " is not a master"));
    } else {
      up();
    }
  }

  private void up() {
    state = State.UP;
    failure = null;
    backoffNanos = MIN_BACKOFF_NANOS;
    LOG.debug("connected to {}", node.name());
    for (Exchange next = waiting.poll(); next != null; next = waiting.poll()) {
      burst.add(next);
    }
    flush();
  }

  private void failed(Throwable cause) {
    failure = cause;
    attempt = null;
    roleCall = null;
    closeConnection();
    state = State.DOWN;
    retryNanos = System.nanoTime() + backoffNanos;
    backoffNanos = Math.min(2 * backoffNanos, MAX_BACKOFF_NANOS);
    LOG.debug("cannot connect to {}", node.name(), cause);
    wire.trouble();
    refuseWaiting(cause);
  }

  /** The connection is gone: makes a new one at once. */
  private void broken(String why) {
    LOG.debug("connection to {} given up: {}", node.name(), why);
    closeConnection();
    roleCall = null;
    state = State.DOWN;
    wire.trouble();
    if (!closed) {
      connect();
    }
  }

  private void closeConnection() {
    StatefulRedisConnection<byte[], byte[]> old = connection;
    epoch++; // what is on its way over the old connection is not counted any more
    outstanding = 0;
    forsaken = 0;
    connection = null;
    writer = null;
    if (old != null) {
      var _ = old.closeAsync();
    }
    List<Exchange> unsent = new ArrayList<>(burst);
    burst.clear();
    for (Exchange exchange : unsent) {
      refuse(exchange, "not connected");
    }
  }

  private void dropIfSilent() {
    if (forsaken > 0
        && state == State.UP
        && System.nanoTime() - lastSignNanos >= wire.silenceNanos()) {
      broken("no answer");
    }
  }

  private void refuseWaiting(Throwable cause) {
    for (Exchange next = waiting.poll(); next != null; next = waiting.poll()) {
      next.completeExceptionally(cause);
    }
  }

  private static void refuse(Exchange exchange, String why) {
    exchange.completeExceptionally(new IllegalStateException(why));
  }

  /** An attempt that came too late: its connection is closed when it comes about. */
  private static void forget(CompletableFuture<StatefulRedisConnection<byte[], byte[]>> late) {
    var _ =
        late.whenComplete((connection, e) -> {
          if (connection != null) {
            var _ = connection.closeAsync();
          }
        });
  }
}

package org.statelessnf.store.ignite;

import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.apache.ignite.Ignition;
import org.apache.ignite.client.ClientCache;
import org.apache.ignite.client.ClientConnectionException;
import org.apache.ignite.client.ClientException;
import org.apache.ignite.client.IgniteClient;
import org.apache.ignite.client.events.ConnectionClosedEvent;
import org.apache.ignite.client.events.ConnectionEventListener;
import org.apache.ignite.client.events.HandshakeSuccessEvent;
import org.apache.ignite.configuration.ClientConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * One server of a remote cluster and the connection to it. Thread-safe.
 *
 * <p>A client of Ignite's per server, which knows this one only: the store decides which server a
 * request goes to, and after a connection broke it wants to know, and not have the request sent
 * somewhere else.
 */
final class Server implements ConnectionEventListener, AutoCloseable {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final String address;
  private final IgniteOptions options;
  private volatile @Nullable UUID id;
  private volatile @Nullable IgniteClient client;
  private boolean closed;
  private long notBeforeNanos = System.nanoTime();

  Server(String address, IgniteOptions options) {
    this.address = address;
    this.options = options;
  }

  String address() {
    return address;
  }

  /** The node behind the address, null until it has been connected to. */
  @Nullable UUID id() {
    return id;
  }

  /** Whether there was a connection a moment ago. */
  boolean isConnected() {
    return client != null;
  }

  /**
   * The cache, over a connection that was there a moment ago. Waits while it connects.
   *
   * @throws ClientConnectionException if there is none: nothing was sent
   */
  ClientCache<byte[], byte[]> cache() {
    return client().cache(options.cache());
  }

  /** The cache, writing with a time-to-live; as for a node in this process. */
  ClientCache<byte[], byte[]> expiring(long millis) {
    return cache()
        .withExpirePolicy(
            new ModifiedExpiryPolicy(
                millis < 0 ? Duration.ETERNAL : new Duration(TimeUnit.MILLISECONDS, millis)));
  }

  IgniteClient client() {
    IgniteClient open = client;
    return open == null ? connect() : open;
  }

  private synchronized IgniteClient connect() {
    IgniteClient open = client;
    if (open != null) {
      return open;
    }
    if (closed || System.nanoTime() - notBeforeNanos < 0) {
      throw new ClientConnectionException("no connection to " + address);
    }
    try {
      IgniteClient made = Ignition.startClient(configuration());
      client = made;
      return made;
    } catch (ClientException e) {
      notBeforeNanos = System.nanoTime() + PAUSE_NANOS;
      throw e;
    }
  }

  private ClientConfiguration configuration() {
    int patience = Math.toIntExact(options.connectTimeout().toMillis());
    ClientConfiguration configuration =
        new ClientConfiguration()
            .setAddresses(address)
            .setPartitionAwarenessEnabled(false)
            .setClusterDiscoveryEnabled(false)
            .setRetryPolicy(context -> false)
            .setRetryLimit(1)
            .setReconnectThrottlingRetries(0)
            .setHandshakeTimeout(patience)
            .setRequestTimeout(0)
            .setAsyncContinuationExecutor(Runnable::run)
            .setLogger(new Slf4jIgniteLogger())
            .setEventListeners(this);
    options.security().apply(configuration);
    return configuration;
  }

  /** Gives a connection up; the next request makes a new one. */
  void drop() {
    IgniteClient open = client;
    if (open != null) {
      drop(open);
    }
  }

  private void drop(IgniteClient open) {
    synchronized (this) {
      if (client == open) {
        client = null;
      }
    }
    // Not on the thread that tells of it, which may be the client's own.
    Thread.ofVirtual().name("snf-ignite-drop").start(open::close);
  }

  @Override
  public void onHandshakeSuccess(HandshakeSuccessEvent event) {
    id = event.connectionDescription().serverNodeId();
  }

  @Override
  public void onConnectionClosed(ConnectionClosedEvent event) {
    drop();
  }

  @Override
  public void close() {
    IgniteClient open;
    synchronized (this) {
      closed = true;
      open = client;
      client = null;
    }
    if (open != null) {
      open.close();
    }
  }
}

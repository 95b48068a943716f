package org.statelessnf.conformance.proxy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on the loopback interface in front of one server, that hurts its connections by
 * {@link Toxic}s. Without any it passes everything on at once.
 *
 * <p>Thread-safe. Threads are virtual and end with the connection, the proxy's own with {@link
 * #close}.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final InetSocketAddress upstream;
  private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong upstreamBytes = new AtomicLong();
  private final AtomicLong downstreamBytes = new AtomicLong();
  private volatile List<Toxic> toxics = List.of();
  private @Nullable ServerSocket listener;
  private Thread acceptor = Thread.currentThread(); // of the listener, once there is one
  private int port;

  private TcpProxy(InetSocketAddress upstream) {
    this.upstream = upstream;
  }

  /**
   * Starts a proxy on a free port.
   *
   * @param host the server's host
   * @param port the server's port
   */
  public static TcpProxy start(String host, int port) throws IOException {
    TcpProxy proxy = new TcpProxy(new InetSocketAddress(host, port));
    proxy.up();
    return proxy;
  }

  /**
   * Port on 127.0.0.1 that clients connect to; stays the same over {@link #down} and {@link #up}.
   */
  public synchronized int port() {
    return port;
  }

  /**
   * Adds a toxic, in the last place. It works on connections that are open already, too.
   *
   * @param toxic with a name that no other has
   */
  public void add(Toxic toxic) {
    synchronized (this) {
      List<Toxic> changed = new ArrayList<>(toxics);
      if (changed.stream().anyMatch(other -> other.name().equals(toxic.name()))) {
        throw new IllegalArgumentException("there is a toxic named " + toxic.name());
      }
      changed.add(toxic);
      toxics = List.copyOf(changed);
    }
    connections.forEach(connection -> connection.arm(toxic));
  }

  /**
   * Removes a toxic. As with Toxiproxy, taking {@code timeout} away closes the connections that it
   * held up: data was lost on them.
   *
   * @param name its name
   */
  public void remove(String name) {
    List<Toxic> removed;
    synchronized (this) {
      removed = toxics.stream().filter(toxic -> toxic.name().equals(name)).toList();
      toxics = toxics.stream().filter(toxic -> !toxic.name().equals(name)).toList();
    }
    if (removed.stream().anyMatch(toxic -> toxic instanceof Toxic.Timeout)) {
      connections.forEach(ProxyConnection::close);
    }
  }

  /** Removes all toxics and lets clients connect. */
  public void reset() throws IOException {
    toxics.forEach(toxic -> remove(toxic.name()));
    up();
  }

  /** Toxiproxy's {@code down}: closes all connections and refuses new ones. */
  public synchronized void down() throws IOException {
    if (listener != null) {
      listener.close();
      listener = null;
      awaitAcceptor();
    }
    connections.forEach(ProxyConnection::close);
  }

  /** Undoes {@link #down}, on the same port. */
  public synchronized void up() throws IOException {
    if (listener != null) {
      return;
    }
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    listener = socket;
    port = socket.getLocalPort();
    acceptor = Thread.ofVirtual().name("proxy-accept-" + port).start(() -> accept(socket));
  }

  /** A socket that a virtual thread accepts from is closed by that thread, and open until then. */
  private void awaitAcceptor() throws InterruptedIOException {
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the proxy went down");
    }
  }

  /** Cuts every open connection with a TCP reset, once; new ones are welcome. */
  public void cutConnections() {
    connections.forEach(ProxyConnection::reset);
  }

  /** Connections open now. */
  public int openConnections() {
    return connections.size();
  }

  /** Connections accepted since the start. */
  public long acceptedConnections() {
    return accepted.get();
  }

  /**
   * Bytes passed on since the start.
   *
   * @param direction which way
   */
  public long bytes(Direction direction) {
    return (direction == Direction.UPSTREAM ? upstreamBytes : downstreamBytes).get();
  }

  /**
   * Requests since the start: how often a connection's client began to talk after its server had
   * answered. With some {@code latency} downstream, so that no answer overtakes the rest of its
   * request, this is the number of round trips.
   */
  public long requests() {
    return requests.get();
  }

  /** Ends all connections and stops listening. */
  @Override
  public void close() throws IOException {
    down();
  }

  // --- for connections ---

  List<Toxic> toxics() {
    return toxics;
  }

  void passed(Direction direction, int bytes) {
    (direction == Direction.UPSTREAM ? upstreamBytes : downstreamBytes).addAndGet(bytes);
  }

  void requestStarted() {
    requests.incrementAndGet();
  }

  void ended(ProxyConnection connection) {
    connections.remove(connection);
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        accepted.incrementAndGet();
        Thread.ofVirtual().name("proxy-connect").start(() -> connect(socket, client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(ServerSocket from, Socket client) {
    Socket server = new Socket();
    try {
      server.connect(upstream, CONNECT_TIMEOUT_MILLIS);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      ProxyConnection.closeQuietly(client);
      ProxyConnection.closeQuietly(server);
      return;
    }
    ProxyConnection connection = new ProxyConnection(this, client, server);
    synchronized (this) {
      if (from.isClosed()) {
        connection.close();
        return;
      }
      connections.add(connection);
    }
    toxics.forEach(connection::arm);
    connection.start();
  }
}

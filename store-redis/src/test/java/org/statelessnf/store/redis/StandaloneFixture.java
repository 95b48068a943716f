package org.statelessnf.store.redis;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.proxy.TcpProxy;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;
import org.statelessnf.store.redis.server.RedisServer;

/** One server and everything that can be done to it. */
final class StandaloneFixture implements StoreFixture {
  private final RedisServer server;
  private final TcpProxy proxy;
  private final String uri;
  private final double scale;

  private StandaloneFixture(RedisServer server, String uri, double scale) throws IOException {
    this.server = server;
    this.uri = uri;
    this.scale = scale;
    this.proxy = TcpProxy.start("127.0.0.1", server.port());
  }

  static StandaloneFixture tcp(String... options) throws IOException {
    RedisServer server = RedisServer.launch(options);
    return new StandaloneFixture(
        server, "redis://127.0.0.1:" + server.port() + "?timeout=10s&connectTimeout=10s", 0.1);
  }

  static StandaloneFixture unix(String... options) throws IOException {
    RedisServer server = RedisServer.launch(options);
    return new StandaloneFixture(
        server, "redis-socket://" + server.socket() + "?timeout=10s&connectTimeout=10s", 0.03);
  }

  @Override
  public StateStore open() {
    return Stores.open(uri);
  }

  @Override
  public double scale() {
    return scale;
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public String unreachableUri() {
    return "redis://127.0.0.1:1?connectTimeout=1s";
  }

  @Override
  public FaultInjector faults() {
    return new Faults();
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    server.close();
  }

  private final class Faults implements FaultInjector {
    @Override
    public Set<Fault> supported() {
      return EnumSet.allOf(Fault.class);
    }

    @Override
    public void killServer() {
      server.kill();
    }

    @Override
    public void startServer() throws IOException {
      server.start();
    }

    @Override
    public void stopServer() {
      server.stop();
    }

    @Override
    public void resumeServer() {
      server.resume();
    }

    @Override
    public void makeFull() throws IOException {
      server.call("CONFIG", "SET", "maxmemory", "1mb");
    }

    @Override
    public void makeRoom() throws IOException {
      server.call("CONFIG", "SET", "maxmemory", "0");
    }

    @Override
    public TcpProxy proxy() {
      return proxy;
    }

    @Override
    public StateStore openThroughProxy(long timeoutMillis) {
      return Stores.open(
          "redis://127.0.0.1:%d?timeout=%dms&connectTimeout=%dms"
              .formatted(proxy.port(), timeoutMillis, timeoutMillis));
    }
  }
}

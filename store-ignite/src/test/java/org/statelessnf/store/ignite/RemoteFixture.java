package org.statelessnf.store.ignite;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.process.Ports;
import org.statelessnf.conformance.proxy.TcpProxy;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** One server that lives in this JVM, and thin clients of it, directly or through a proxy. */
class RemoteFixture implements StoreFixture {
  private final StateStore server;
  private final TcpProxy proxy;
  private final String uri;

  RemoteFixture() throws IOException {
    int port = Ports.free();
    int clientPort = port + 50;
    this.server = Stores.open(Nodes.uri(port, "memory=64m&clientPort=" + clientPort));
    this.uri = "ignite://127.0.0.1:%d?".formatted(clientPort) + Nodes.PATIENT;
    this.proxy = TcpProxy.start("127.0.0.1", clientPort);
  }

  @Override
  public StateStore open() {
    return Stores.open(uri);
  }

  @Override
  public double scale() {
    return 0.03;
  }

  @Override
  public @Nullable String uri() {
    return uri;
  }

  @Override
  public String unreachableUri() {
    return "ignite://127.0.0.1:1?connectTimeout=1s";
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
      return EnumSet.of(Fault.PROXY);
    }

    @Override
    public TcpProxy proxy() {
      return proxy;
    }

    @Override
    public StateStore openThroughProxy(long timeoutMillis) {
      return Stores.open(
          "ignite://127.0.0.1:%d?timeout=%dms&connectTimeout=%dms"
              .formatted(proxy.port(), timeoutMillis, timeoutMillis));
    }
  }
}

package org.statelessnf.conformance.reference;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.proxy.TcpProxy;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** A {@link ReferenceServer} of its own, which can be hurt in every way. */
public final class ReferenceServerFixture implements StoreFixture {
  private static final int START_SECONDS = 60;

  private final Path directory;
  private final boolean durable;
  private final boolean declaresDurable;
  private final String serverFlaw;
  private final String clientFlaw;
  private final Injector injector = new Injector();
  private final TcpProxy proxy;
  private @Nullable Process server;
  private int port;

  private ReferenceServerFixture(
      boolean durable, boolean declaresDurable, String serverFlaw, String clientFlaw)
      throws IOException {
    this.durable = durable;
    this.declaresDurable = declaresDurable;
    this.serverFlaw = serverFlaw;
    this.clientFlaw = clientFlaw;
    this.directory = Files.createTempDirectory("reference-server-");
    injector.startServer();
    this.proxy = TcpProxy.start("127.0.0.1", port);
  }

  /** A correct one. */
  static ReferenceServerFixture correct(boolean durable) throws IOException {
    return new ReferenceServerFixture(durable, durable, "-", "");
  }

  /** One that declares more durability than it has. */
  static ReferenceServerFixture forgetful() throws IOException {
    return new ReferenceServerFixture(false, true, "-", "");
  }

  /** One whose server is wrong. */
  static ReferenceServerFixture withServerFlaw(String flaw) throws IOException {
    return new ReferenceServerFixture(false, false, flaw, "");
  }

  /** One whose client is wrong. */
  static ReferenceServerFixture withClientFlaw(String flaw) throws IOException {
    return new ReferenceServerFixture(false, false, "-", flaw);
  }

  @Override
  public StateStore open() {
    return Stores.open(uri());
  }

  @Override
  public String uri() {
    return uri(port, 10_000);
  }

  @Override
  public String unreachableUri() {
    return "reference://127.0.0.1:1";
  }

  @Override
  public double scale() {
    return 0.05; // two cores and a JVM more
  }

  @Override
  public FaultInjector faults() {
    return injector;
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    injector.killServer();
    for (String name : List.of("port", "journal", "log")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.delete(directory);
  }

  private String uri(int atPort, long timeoutMillis) {
    return "reference://127.0.0.1:%d?timeout=%dms&connectTimeout=%dms&durable=%s&flaw=%s"
        .formatted(atPort, timeoutMillis, timeoutMillis, declaresDurable, clientFlaw);
  }

  private final class Injector implements FaultInjector {
    @Override
    public Set<Fault> supported() {
      return EnumSet.allOf(Fault.class);
    }

    @Override
    public void killServer() {
      if (server != null) {
        server.destroyForcibly();
        try {
          server.waitFor();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        server = null;
      }
    }

    @Override
    public void startServer() throws IOException {
      Path ready = directory.resolve("port");
      Files.deleteIfExists(ready);
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "--sun-misc-unsafe-memory-access=allow",
              ReferenceServer.class.getName(),
              Integer.toString(port),
              ready.toString(),
              durable ? directory.resolve("journal").toString() : "-",
              serverFlaw);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      builder.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
      Process started = builder.start();
      server = started;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
      while (!Files.exists(ready)) {
        if (!started.isAlive() || System.nanoTime() > end) {
          throw new IOException(
              "the server did not start: " + Files.readString(directory.resolve("log")));
        }
        Kit.sleep(10);
      }
      port = Integer.parseInt(Files.readString(ready));
    }

    @Override
    public void stopServer() throws IOException {
      signal("STOP");
    }

    @Override
    public void resumeServer() throws IOException {
      signal("CONT");
    }

    @Override
    public void makeFull() throws IOException {
      control(true);
    }

    @Override
    public void makeRoom() throws IOException {
      control(false);
    }

    @Override
    public TcpProxy proxy() {
      return proxy;
    }

    @Override
    public StateStore openThroughProxy(long timeoutMillis) {
      return Stores.open(uri(proxy.port(), timeoutMillis));
    }

    private void signal(String name) throws IOException {
      Process running = server;
      if (running == null) {
        throw new IllegalStateException("no server is running");
      }
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(running.pid())).start();
      try {
        if (kill.waitFor() != 0) {
          throw new IOException("kill -" + name + " failed");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void control(boolean full) throws IOException {
      try (Link link =
          new Link(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000)) {
        link.send(new Wire.Frame(1, Wire.FULL, Wire.encode(out -> out.writeBoolean(full))));
        while (link.poll() == null) {
          if (link.isBroken()) {
            throw new IOException("the server is gone");
          }
          Thread.onSpinWait();
        }
      }
    }
  }
}

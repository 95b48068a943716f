package org.statelessnf.store.redis;

import java.io.Closeable;
import java.io.IOException;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * Servers that are left in peace.
 *
 * @param address how to reach them
 * @param nobody an address of the same kind at which nothing answers
 * @param servers closed at the end
 */
record ServersFixture(String address, String nobody, Closeable servers) implements StoreFixture {
  @Override
  public StateStore open() {
    return Stores.open(uri());
  }

  @Override
  public double scale() {
    return 0.03;
  }

  @Override
  public String uri() {
    return address + "?timeout=10s&connectTimeout=10s";
  }

  @Override
  public String unreachableUri() {
    return nobody + "?connectTimeout=1s";
  }

  @Override
  public void close() throws IOException {
    servers.close();
  }
}

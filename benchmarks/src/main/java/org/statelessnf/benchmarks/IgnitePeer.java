package org.statelessnf.benchmarks;

import org.apache.ignite.IgniteCache;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.client.ClientCache;
import org.apache.ignite.client.IgniteClient;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.ClientConfiguration;

/**
 * A node in this process with two caches of the same keys, one the store's and one bare, both also
 * reached through a thin client. The bare one promises what the store's does.
 */
final class IgnitePeer implements AutoCloseable {
  static final int RECORDS = 50_000;
  private static final int PORT = 45_500;
  private static final int CLIENT_PORT = 45_800;

  private final MultiReadSubject embedded;
  private final MultiReadSubject remote;
  private final byte[][] keys = new byte[RECORDS][];
  private final IgniteCache<byte[], byte[]> bare;
  private final IgniteClient client;
  private final ClientCache<byte[], byte[]> thin;

  /** Fills both with the same records. */
  IgnitePeer() {
    String node = "ignite:embedded?port=%d&clientPort=%d&timeout=30s".formatted(PORT, CLIENT_PORT);
    embedded = new MultiReadSubject(node, RECORDS, (index, key, value) -> keys[index] = key);
    String server = "ignite://127.0.0.1:%d?timeout=30s&cache=thin".formatted(CLIENT_PORT);
    remote = new MultiReadSubject(server, RECORDS, (index, key, value) -> {});
    bare =
        Ignition.allGrids()
            .getFirst()
            .getOrCreateCache(
                new CacheConfiguration<byte[], byte[]>("peer")
                    .setAtomicityMode(CacheAtomicityMode.ATOMIC)
                    .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                    .setReadFromBackup(false));
    for (byte[] key : keys) {
      bare.put(key, new byte[MultiReadSubject.VALUE_BYTES]);
    }
    client =
        Ignition.startClient(new ClientConfiguration().setAddresses("127.0.0.1:" + CLIENT_PORT));
    thin = client.cache("peer");
  }

  /** The store on the node in this process. */
  MultiReadSubject embedded() {
    return embedded;
  }

  /** The store through a thin client. */
  MultiReadSubject remote() {
    return remote;
  }

  byte[] key(int index) {
    return keys[index];
  }

  /** The bare cache. */
  IgniteCache<byte[], byte[]> bare() {
    return bare;
  }

  /** The bare cache through a thin client. */
  ClientCache<byte[], byte[]> thin() {
    return thin;
  }

  @Override
  public void close() {
    client.close();
    remote.close();
    embedded.close();
  }
}

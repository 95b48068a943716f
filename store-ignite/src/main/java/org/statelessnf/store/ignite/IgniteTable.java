package org.statelessnf.store.ignite;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/**
 * A table and what its keys start with: the first 64 bits of SHA-256 over namespace and name. All
 * tables share one cache, since opening a cache stops the whole cluster for a moment; and a number
 * needs no directory of tables, which could be lost apart from the records.
 */
final class IgniteTable extends Table {
  static final int PREFIX_BYTES = 8;

  private final byte[] prefix;

  IgniteTable(StateStore store, TableSpec spec, int id) {
    super(store, spec, id);
    this.prefix = prefix(spec.namespace(), spec.name());
  }

  /** What keys start with. Not to be changed. */
  byte[] prefix() {
    return prefix;
  }

  /** A key of this table as the cache has it. */
  byte[] fullKey(MemorySegment key, long offset, int length) {
    return join(prefix, key, offset, length);
  }

  static byte[] join(byte[] prefix, MemorySegment key, long offset, int length) {
    byte[] full = new byte[prefix.length + length];
    System.arraycopy(prefix, 0, full, 0, prefix.length);
    MemorySegment.copy(key, ValueLayout.JAVA_BYTE, offset, full, prefix.length, length);
    return full;
  }

  /** A key of this table as the cache has it. */
  byte[] fullKey(byte[] key) {
    byte[] full = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, full, prefix.length, key.length);
    return full;
  }

  static byte[] prefix(String namespace, String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(namespace.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0); // in no name, so names keep their boundaries
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(digest.digest(), PREFIX_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

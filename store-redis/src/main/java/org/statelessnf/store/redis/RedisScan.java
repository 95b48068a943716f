package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StoreUnavailableException;

/**
 * Runs over the records of a table: {@code SCAN} on every master, a few hundred keys at a time, and
 * {@code MGET} of what it finds. {@code SCAN} sees every key that is there from beginning to end.
 */
final class RedisScan implements ScanCursor {
  private static final String KEYS_PER_CALL = "500";

  private final RedisStore store;
  private final Wire wire;
  private final RedisTable table;
  private final byte[] pattern;
  private final Iterator<Node> nodes;
  private final Queue<Row> rows = new ArrayDeque<>();
  private @Nullable NodeLink link;
  private byte[] cursor = Resp.ascii("0");
  private boolean nodeDone = true;
  private @Nullable Row current;

  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Row(byte[] key, byte[] record) {}

  RedisScan(RedisStore store, Wire wire, RedisTable table) {
    this.store = store;
    this.wire = wire;
    this.table = table;
    this.pattern = store.keyspace().recordsPattern(table.spec().namespace(), table.spec().name());
    this.nodes = wire.topology().masters().iterator();
  }

  @Override
  public boolean next() {
    wire.adopt();
    while (rows.isEmpty()) {
      if (nodeDone) {
        if (!nodes.hasNext()) {
          current = null;
          return false;
        }
        link = wire.link(nodes.next());
        cursor = Resp.ascii("0");
        nodeDone = false;
      }
      fetch();
    }
    current = rows.poll();
    return true;
  }

  private void fetch() {
    List<@Nullable Object> answer =
        call(
            new Call(
                Resp.ascii("SCAN"),
                cursor,
                Resp.ascii("MATCH"),
                pattern,
                Resp.ascii("COUNT"),
                Resp.ascii(KEYS_PER_CALL)));
    if (answer.size() != 2
        || !(answer.get(0) instanceof byte[] next)
        || !(answer.get(1) instanceof List<?> found)) {
      throw new StoreUnavailableException(store.uri() + ": SCAN was not understood");
    }
    cursor = next;
    nodeDone = Arrays.equals(next, Resp.ascii("0"));
    Map<Integer, List<byte[]>> byShard = new HashMap<>();
    for (Object key : found) {
      if (key instanceof byte[] bytes) {
        int shard = shardOf(bytes);
        if (shard >= 0) {
          byShard.computeIfAbsent(shard, s -> new ArrayList<>()).add(bytes);
        }
      }
    }
    byShard.forEach(this::read);
  }

  /** The shard of a key, by what it starts with; -1 if it is none of this table's. */
  private int shardOf(byte[] key) {
    for (int shard = 0; shard < store.keyspace().shards(); shard++) {
      byte[] prefix = table.prefix(shard);
      if (key.length > prefix.length && Arrays.mismatch(key, prefix) == prefix.length) {
        return shard;
      }
    }
    return -1;
  }

  private void read(int shard, List<byte[]> keys) {
    byte[][] words = new byte[1 + keys.size()][];
    words[0] = Resp.ascii("MGET");
    for (int i = 0; i < keys.size(); i++) {
      words[i + 1] = keys.get(i);
    }
    List<@Nullable Object> records = call(new Call(words));
    int prefix = table.prefix(shard).length;
    for (int i = 0; i < Math.min(keys.size(), records.size()); i++) {
      if (records.get(i) instanceof byte[] record && record.length >= Long.BYTES) {
        byte[] key = keys.get(i);
        rows.add(new Row(Arrays.copyOfRange(key, prefix, key.length), record));
      } // else removed meanwhile
    }
  }

  private List<@Nullable Object> call(Call call) {
    if (link == null) {
      throw new IllegalStateException("no node");
    }
    Call done = wire.call(link, System.nanoTime() + store.defaultTimeoutNanos(), call);
    if (done.hasError()) {
      throw new StoreUnavailableException(store.uri() + ": scan failed: " + done.getError());
    }
    return done.list();
  }

  @Override
  public byte[] key() {
    return row().key;
  }

  @Override
  public byte[] value() {
    byte[] record = row().record;
    return Arrays.copyOfRange(record, Long.BYTES, record.length);
  }

  @Override
  public long version() {
    return ByteBuffer.wrap(row().record).getLong();
  }

  private Row row() {
    if (current == null) {
      throw new NoSuchElementException("call next() first");
    }
    return current;
  }

  @Override
  public void close() {
    rows.clear();
    current = null;
  }
}

package org.statelessnf.benchmarks;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Lettuce as anyone would use it: the asynchronous API with byte arrays, one connection, its own
 * threads, several requests in flight. Each request gets fresh random keys; answers are waited for
 * in order.
 */
final class LettucePeer implements AutoCloseable {
  private static final int PLACES = 12;

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final SplittableRandom random = new SplittableRandom(2);

  LettucePeer(Path socket) {
    client = RedisClient.create(RedisURI.Builder.socket(socket.toString()).build());
    connection = client.connect(ByteArrayCodec.INSTANCE);
  }

  /** Sends a request with these keys. */
  @FunctionalInterface
  private interface Request {
    RedisFuture<? extends List<?>> send(RedisAsyncCommands<byte[], byte[]> commands, byte[][] keys);
  }

  /**
   * Multi-reads.
   *
   * @param depth requests in flight
   * @param requests how many
   * @param prefix what the keys start with; their number follows
   * @return requests per second
   */
  double read(int depth, long requests, String prefix) {
    return run(depth, requests, prefix, RedisAsyncCommands::mget);
  }

  /**
   * Calls of a script that takes keys and values.
   *
   * @param depth requests in flight
   * @param requests how many
   * @param digest the script's
   * @param prefix what the keys start with; their number follows
   * @param values of every call
   * @return requests per second
   */
  double write(int depth, long requests, String digest, String prefix, byte[][] values) {
    return run(
        depth,
        requests,
        prefix,
        (commands, keys) -> commands.evalsha(digest, ScriptOutputType.MULTI, keys, values));
  }

  private double run(int depth, long requests, String prefix, Request request) {
    byte[] head = prefix.getBytes(StandardCharsets.US_ASCII);
    Queue<RedisFuture<? extends List<?>>> inFlight = new ArrayDeque<>();
    long start = System.nanoTime();
    for (long i = 0; i < requests; i++) {
      if (inFlight.size() == depth) {
        finish(inFlight.remove());
      }
      byte[][] keys = new byte[RedisMultiReadBenchmark.BATCH][];
      for (int j = 0; j < keys.length; j++) {
        keys[j] = key(head, random.nextInt(RedisMultiReadBenchmark.RECORDS));
      }
      inFlight.add(request.send(connection.async(), keys));
    }
    while (!inFlight.isEmpty()) {
      finish(inFlight.remove());
    }
    return requests * 1e9 / (System.nanoTime() - start);
  }

  private static void finish(RedisFuture<? extends List<?>> future) {
    if (future.toCompletableFuture().join() == null) {
      throw new IllegalStateException("no answer");
    }
  }

  private static byte[] key(byte[] head, int number) {
    byte[] key = new byte[head.length + PLACES];
    System.arraycopy(head, 0, key, 0, head.length);
    int rest = number;
    for (int at = key.length - 1; at >= head.length; at--) {
      key[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return key;
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }
}

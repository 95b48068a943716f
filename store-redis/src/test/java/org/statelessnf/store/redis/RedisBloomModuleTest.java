package org.statelessnf.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.redis.server.RedisServer;

/**
 * The way to the server's own filters ({@code BF.*}). No Redis of this machine has them, so a set
 * stands in for each: the script is the real one, its calls of {@code BF.*} go to a Lua function.
 */
class RedisBloomModuleTest {
  private static final String STAND_IN =
      """
      local function stand_in(command, key, element)
        if command == 'BF.RESERVE' then
          redis.call('SADD', key, '')
          return { ok = 'OK' }
        elseif command == 'BF.ADD' then
          return redis.call('SADD', key, element)
        end
        return redis.call('SISMEMBER', key, element)
      end
      """;

  @Test
  void shouldAddAskAndRotate() throws IOException {
    String script =
        STAND_IN
            + Script.source("bloom-module")
                .replaceAll("redis\\.p?call\\('(BF\\.[A-Z]+)'", "stand_in('$1'");
    try (RedisServer server = RedisServer.launch();
        StateStore store =
            RedisStore.open(
                StoreUri.parse("redis://127.0.0.1:" + server.port() + "?connectTimeout=10s"),
                new Script(script),
                true);
        StoreSession session = store.openSession()) {
      BloomFilter filter = store.filter(new FilterSpec("", "seen", 1000, 0.01, 2));
      FilterBatch batch = session.newFilterBatch(8);
      ask(batch, filter, "a");
      add(batch, filter, "a");
      ask(batch, filter, "a");
      ask(batch, filter, "b");
      session.execute(batch);
      assertThat(batch.mightContain(0)).isFalse();
      assertThat(batch.outcome(1)).isEqualTo(Outcome.OK);
      assertThat(batch.mightContain(2)).isTrue();
      assertThat(batch.mightContain(3)).isFalse();
      batch.clear();
      batch.rotate(filter);
      ask(batch, filter, "a");
      add(batch, filter, "b");
      batch.rotate(filter);
      ask(batch, filter, "a");
      ask(batch, filter, "b");
      session.execute(batch);
      assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
      assertThat(batch.mightContain(1)).isTrue();
      assertThat(batch.outcome(3)).isEqualTo(Outcome.OK);
      assertThat(batch.mightContain(4)).isFalse();
      assertThat(batch.mightContain(5)).isTrue();
    }
  }

  private static void ask(FilterBatch batch, BloomFilter filter, String element) {
    MemorySegment bytes = MemorySegment.ofArray(element.getBytes(StandardCharsets.US_ASCII));
    batch.mightContain(filter, bytes, 0, (int) bytes.byteSize());
  }

  private static void add(FilterBatch batch, BloomFilter filter, String element) {
    MemorySegment bytes = MemorySegment.ofArray(element.getBytes(StandardCharsets.US_ASCII));
    batch.add(filter, bytes, 0, (int) bytes.byteSize());
  }
}

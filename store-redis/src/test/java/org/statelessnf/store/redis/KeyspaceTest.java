package org.statelessnf.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyspaceTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 64, 1024})
  void shouldSpreadTagsEvenlyOverTheSlots(int shards) {
    Keyspace keyspace = new Keyspace("snf:", shards, true);
    for (int shard = 0; shard < shards; shard++) {
      assertThat((long) keyspace.slot(shard) * shards / SlotHash.SLOT_COUNT).isEqualTo(shard);
    }
  }

  @Test
  void shouldPutAllKeysOfShardIntoItsSlot() {
    Keyspace keyspace = new Keyspace("snf:", 16, true);
    for (int shard = 0; shard < 16; shard++) {
      byte[] prefix = keyspace.records(shard, "tenant", "flows");
      byte[] key =
          (new String(prefix, StandardCharsets.UTF_8) + "{x}y").getBytes(StandardCharsets.UTF_8);
      assertThat(SlotHash.getSlot(key)).isEqualTo(keyspace.slot(shard));
    }
  }

  /** What is in a store stays where it is: these numbers must never change. */
  @Test
  void shouldHashAsBefore() {
    assertThat(hash("")).isEqualTo(-2152535657050944081L);
    assertThat(hash("a")).isEqualTo(hash("a"));
    assertThat(hash("a")).isNotEqualTo(hash("b"));
    assertThat(hash("12345678")).isNotEqualTo(hash("123456789"));
  }

  @Test
  void shouldHashAlikeInEitherByteOrder() {
    ByteBuffer buffer = ByteBuffer.wrap("a key of some length".getBytes(StandardCharsets.US_ASCII));
    long big = Keyspace.hash(buffer, 2, 13, 5);
    assertThat(Keyspace.hash(buffer.order(ByteOrder.LITTLE_ENDIAN), 2, 13, 5)).isEqualTo(big);
  }

  @Test
  void shouldSpreadKeysEvenly() {
    Keyspace keyspace = new Keyspace("", 16, true);
    int[] count = new int[16];
    ByteBuffer key = ByteBuffer.allocate(24);
    for (int i = 0; i < 160_000; i++) {
      key.putInt(20, i);
      count[keyspace.shard(Keyspace.hash(key, 0, 24, 0))]++;
    }
    assertThat(Arrays.stream(count)).allMatch(n -> n > 9_500 && n < 10_500);
  }

  @Test
  void shouldEscapeThePrefixInPatterns() {
    Keyspace plain = new Keyspace("a*b[c]", 1, false);
    assertThat(new String(plain.recordsPattern("n", "t"), StandardCharsets.UTF_8))
        .isEqualTo("a\\*b\\[c\\]r/n/t/*");
    Keyspace tagged = new Keyspace("", 16, true);
    assertThat(new String(tagged.recordsPattern("n", "t"), StandardCharsets.UTF_8))
        .isEqualTo("{???}r/n/t/*");
  }

  private static long hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Keyspace.hash(ByteBuffer.wrap(bytes), 0, bytes.length, 0);
  }
}

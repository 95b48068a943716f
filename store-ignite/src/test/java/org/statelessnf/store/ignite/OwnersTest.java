package org.statelessnf.store.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnersTest {
  private static final long SEED = 20_171_112;

  /** A wrong guess would cost a hop, and a thin client a write that is refused at first. */
  @ParameterizedTest
  @ValueSource(ints = {128, 1024, 100})
  void shouldTellTheSamePartitionAsIgnite(int partitions) {
    RendezvousAffinityFunction affinity = new RendezvousAffinityFunction(false, partitions);
    Random random = new Random(SEED);
    for (int i = 0; i < 1000; i++) {
      byte[] key = new byte[1 + random.nextInt(40)];
      random.nextBytes(key);
      int hash = Arrays.hashCode(key);
      assertThat(Owners.partition(key, partitions))
          .as("seed %d, key %d", SEED, i)
          .isEqualTo(affinity.partition(new Hashed(hash)));
    }
  }

  @Test
  void shouldKeepPrefixesOfTablesApart() {
    assertThat(IgniteTable.prefix("a", "bc")).isNotEqualTo(IgniteTable.prefix("ab", "c"));
    assertThat(IgniteTable.prefix("a", "b")).hasSize(IgniteTable.PREFIX_BYTES);
  }

  private record Hashed(int hash) {
    @Override
    public int hashCode() {
      return hash;
    }
  }
}

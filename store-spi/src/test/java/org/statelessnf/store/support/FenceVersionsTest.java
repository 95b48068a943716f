package org.statelessnf.store.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.TimerSpec;
import org.statelessnf.store.example.MapRecords;
import org.statelessnf.store.example.MapStore;

class FenceVersionsTest {
  private final MapStore store = new MapStore(StoreUri.parse("map:"), new MapRecords());
  private final RecordTimerQueue queue = new RecordTimerQueue(store, TimerSpec.of("q", 16, 16));
  private final RecordTimerQueue other = new RecordTimerQueue(store, TimerSpec.of("r", 16, 16));
  private final FenceVersions versions = new FenceVersions(1);

  @AfterEach
  void close() {
    store.close();
  }

  private void put(RecordTimerQueue to, String id, long fence, long version) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    versions.put(to, MemorySegment.ofArray(bytes), 0, bytes.length, fence, version);
  }

  private long get(RecordTimerQueue from, String id, long fence) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return versions.get(from, MemorySegment.ofArray(bytes), 0, bytes.length, fence);
  }

  @Test
  void shouldTellTimersOfOneFencingNumberApart() {
    put(queue, "a", 7, 1);
    put(queue, "b", 7, 2);
    put(other, "a", 7, 3);
    put(queue, "a", 8, 4);
    assertThat(get(queue, "a", 7)).isEqualTo(1);
    assertThat(get(queue, "b", 7)).isEqualTo(2);
    assertThat(get(other, "a", 7)).isEqualTo(3);
    assertThat(get(queue, "a", 8)).isEqualTo(4);
    assertThat(get(other, "b", 7)).isZero();
    assertThat(get(queue, "c", 7)).isZero();
  }

  @Test
  void shouldRememberABatchAmongMuchThatIsOld() {
    for (int i = 0; i < 100_000; i++) {
      put(queue, "old" + i, i, i);
    }
    for (int i = 0; i < 128; i++) {
      put(queue, "new" + i, i, 1 + i);
    }
    int known = 0;
    for (int i = 0; i < 128; i++) {
      long version = get(queue, "new" + i, i);
      assertThat(version).isIn(0L, 1L + i);
      known += version == 0 ? 0 : 1;
    }
    // Five of 128 in one of 1024 sets: less than one run in a thousand, and then one is forgotten.
    assertThat(known).isGreaterThan(125);
  }
}

package org.statelessnf.store.ramcloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class KeyHintsTest {
  private static final int TABLE = 3;
  private static final int KEY_BYTES = 24;

  private final KeyHints hints = new KeyHints();
  private final MemorySegment key = MemorySegment.ofArray(new long[KEY_BYTES / Long.BYTES]);

  @Test
  void keysInUseDoNotPushEachOtherOut() {
    int keys = 20_000;
    for (int i = 0; i < keys; i++) {
      hints.put(hash(i), i + 1, 0);
    }
    int known = 0;
    for (int i = 0; i < keys; i++) {
      if (hints.find(hash(i))) {
        assertThat(hints.version()).isEqualTo(i + 1);
        known++;
      }
    }
    assertThat(known).isGreaterThan(keys - 20); // a set of eight is full for some, rarely
  }

  @Test
  void moreKeysThanRoomAreForgottenAndTheLastIsKnown() {
    int keys = 1_000_000;
    for (int i = 0; i < keys; i++) {
      hints.put(hash(i), i + 1, i);
      assertThat(hints.find(hash(i))).isTrue();
      assertThat(hints.version()).isEqualTo(i + 1);
      assertThat(hints.expiresAt()).isEqualTo(i);
    }
  }

  @Test
  void contendedKeyHasNoVersionAndCalmsDownAfterSevenWrites() {
    hints.put(hash(1), 5, 0);
    hints.contend(hash(1));
    assertThat(hints.find(hash(1))).isFalse();
    for (int write = 0; write < 7; write++) {
      assertThat(hints.isContended(hash(1))).as("before write %s", write).isTrue();
      hints.calm(hash(1));
      hints.put(hash(1), 6 + write, 77);
      assertThat(hints.find(hash(1))).isTrue();
      assertThat(hints.version()).isEqualTo(6 + write);
      assertThat(hints.expiresAt()).isEqualTo(77);
    }
    assertThat(hints.isContended(hash(1))).isFalse();
  }

  @Test
  void forgottenKeyIsNeitherKnownNorContended() {
    hints.contend(hash(1));
    hints.put(hash(1), 5, 0);
    hints.put(hash(2), 6, 0);
    hints.forget(hash(1));
    assertThat(hints.find(hash(1))).isFalse();
    assertThat(hints.isContended(hash(1))).isFalse();
    hints.put(hash(1), 7, 0);
    assertThat(hints.isContended(hash(1))).isFalse();
    assertThat(hints.find(hash(2))).isTrue();
  }

  private long hash(int number) {
    key.set(ValueLayout.JAVA_INT_UNALIGNED, 0, number);
    return hints.hash(TABLE, key, 0, KEY_BYTES);
  }
}

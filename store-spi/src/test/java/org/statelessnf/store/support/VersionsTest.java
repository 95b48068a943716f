package org.statelessnf.store.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VersionsTest {

  @Test
  void shouldNeverHandOutVersionZero() {
    Versions versions = new Versions(-3);
    long first = versions.take(2);
    assertThat(first).isEqualTo(-3);
    assertThat(versions.take(5)).isEqualTo(1);
    assertThat(versions.take(1)).isEqualTo(6);
    assertThat(new Versions(0).take(1)).isEqualTo(1);
    SplittableRandom random = new SplittableRandom(1);
    Versions around = new Versions(Long.MAX_VALUE - 5);
    for (int i = 0; i < 10; i++) {
      int count = 1 + random.nextInt(3);
      long from = around.take(count);
      assertThat(from <= 0 && from + count > 0).isFalse();
    }
  }
}

package org.statelessnf.host.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;

class BufferPoolTest {
  @Test
  void shouldGiveABufferAgainOnlyOnceItsReleaseWasNoticed() {
    try (BufferPool pool = new BufferPool(1, 100_000)) {
      Packet packet = pool.acquire(100);
      assertThat(pool.has(100)).isFalse();
      packet.release();
      assertThat(pool.has(100)).isFalse();
      assertThat(pool.pollReleased()).isSameAs(packet);
      assertThat(pool.has(100)).isTrue();
      assertThat(pool.pollReleased()).isNull();
    }
  }

  @Test
  void shouldTakeFramesOfAnySizeUpToTheLargest() {
    try (BufferPool pool = new BufferPool(1, 100_000)) {
      Packet large = pool.acquire(100_000);
      Packet next = pool.acquire(2_000);
      Wire.put8(large.memory(), large.offset() + 99_999, 1);
      Wire.put8(next.memory(), next.offset() + 99_999, 2);
      assertThat(Wire.u8(large.memory(), large.offset() + 99_999)).isEqualTo(1);
      assertThat(pool.has(BufferPool.SMALL_FRAME_BYTES)).isTrue();
    }
  }

  @Test
  void shouldRefuseASecondRelease() {
    try (BufferPool pool = new BufferPool(2, 100_000)) {
      Packet packet = pool.acquire(100);
      packet.release();
      assertThatThrownBy(packet::release).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> pool.release(new Packet()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

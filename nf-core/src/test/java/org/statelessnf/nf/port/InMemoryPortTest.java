package org.statelessnf.nf.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Packet;

class InMemoryPortTest {
  private final PacketPool pool = new PacketPool(8, 512);
  private final InMemoryPort port = new InMemoryPort("test", 4, pool);
  private final Packet[] burst = new Packet[8];

  @AfterEach
  void shouldHaveLostNoPacket() {
    port.close();
    assertThat(pool.available()).isEqualTo(pool.capacity());
    pool.close();
  }

  @Test
  void shouldHandOutWhatWasOfferedInOrder() {
    offer(100);
    offer(300);
    offer(200);
    assertThat(port.clockNanos()).isEqualTo(Long.MIN_VALUE);
    assertThat(port.receive(burst, 8)).isEqualTo(3);
    assertThat(burst[0].timestampNanos()).isEqualTo(100);
    assertThat(burst[2].timestampNanos()).isEqualTo(200);
    assertThat(burst[0].arrivalNanos()).isNotZero();
    assertThat(port.clockNanos()).as("never goes backwards").isEqualTo(300);
    port.free(burst, 0, 3);
  }

  @Test
  void shouldAcceptOnlyWhatFitsTheRing() {
    assertThat(pool.acquire(burst, 0, 8)).isEqualTo(8);
    assertThat(port.transmit(burst, 1, 6)).isEqualTo(4);
    assertThat(port.poll()).isSameAs(burst[1]);
    burst[1].release();
    port.free(burst, 0, 1);
    port.free(burst, 5, 3);
  }

  @Test
  void shouldBeExhaustedOnlyWhenClosedAndEmpty() {
    offer(1);
    assertThat(port.exhausted()).isFalse();
    port.closeInput();
    assertThat(port.exhausted()).isFalse();
    assertThat(port.receive(burst, 8)).isEqualTo(1);
    assertThat(port.exhausted()).isTrue();
    assertThatThrownBy(() -> port.offer(burst[0])).isInstanceOf(IllegalStateException.class);
    port.free(burst, 0, 1);
  }

  @Test
  void shouldFreePacketsOfAnyOwner() {
    try (PacketPool other = new PacketPool(2, 512)) {
      burst[0] = acquire(other);
      burst[1] = acquire(pool);
      burst[2] = acquire(pool);
      burst[3] = acquire(other);
      burst[4] = new Packet();
      burst[5] = acquire(pool);
      port.free(burst, 0, 6);
      assertThat(other.available()).isEqualTo(2);
      assertThat(pool.available()).isEqualTo(8);
      assertThatThrownBy(() -> port.free(burst, 3, 6))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void shouldGiveBackWhatIsStillInTheRingsWhenClosed() {
    offer(1);
    assertThat(pool.acquire(burst, 0, 2)).isEqualTo(2);
    assertThat(port.transmit(burst, 0, 2)).isEqualTo(2);
    assertThat(port.inputSize() + port.outputSize()).isEqualTo(3);
    // shouldHaveLostNoPacket closes and counts
  }

  private static Packet acquire(PacketPool from) {
    return Objects.requireNonNull(from.acquire());
  }

  private void offer(long timestampNanos) {
    Packet packet = Objects.requireNonNull(pool.acquire());
    packet.timestampNanos(timestampNanos);
    assertThat(port.offer(packet)).isTrue();
  }
}

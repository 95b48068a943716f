package org.statelessnf.host.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.InMemoryPort;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.nf.port.PacketPort;

class PacketLimitTest {
  private final Packet[] burst = new Packet[8];

  private static PacketPort loaded(PacketPool pool, int packets) {
    InMemoryPort port = new InMemoryPort("test", 8, pool);
    for (int i = 0; i < packets; i++) {
      Packet packet = pool.acquire();
      if (packet != null) {
        port.offer(packet);
      }
    }
    return port;
  }

  @Test
  void shouldHandOutExactlySoMany() {
    try (PacketPool pool = new PacketPool(16, 256)) {
      PacketLimit limit = new PacketLimit(5);
      PacketPort one = limit.on(loaded(pool, 3));
      PacketPort two = limit.on(loaded(pool, 8));
      assertThat(one.receive(burst, 8)).isEqualTo(3);
      assertThat(one.exhausted()).isFalse();
      assertThat(two.receive(burst, 8)).isEqualTo(2);
      assertThat(two.receive(burst, 8)).isZero();
      assertThat(one.exhausted()).isTrue();
      assertThat(two.exhausted()).isTrue();
    }
  }

  /**
   * One port asks for all that is left and gets nothing: the other must not take that for the end.
   */
  @Test
  void shouldNotEndWhileAnotherPortAsks() {
    try (PacketPool pool = new PacketPool(16, 256)) {
      PacketLimit limit = new PacketLimit(5);
      PacketPort other = limit.on(loaded(pool, 5));
      AtomicInteger ended = new AtomicInteger();
      PacketPort empty =
          new Asking(() -> {
            if (other.exhausted()) {
              ended.incrementAndGet();
            }
          });
      assertThat(limit.on(empty).receive(burst, 8)).isZero();
      assertThat(ended).hasValue(0);
      assertThat(other.receive(burst, 8)).isEqualTo(5);
      assertThat(other.exhausted()).isTrue();
    }
  }

  /** Has no packets, and does something else when it is asked for some. */
  private record Asking(Runnable meanwhile) implements PacketPort {
    @Override
    public String name() {
      return "asking";
    }

    @Override
    public int receive(Packet[] into, int max) {
      meanwhile.run();
      return 0;
    }

    @Override
    public int transmit(Packet[] from, int offset, int count) {
      return 0;
    }

    @Override
    public boolean exhausted() {
      return false;
    }

    @Override
    public long clockNanos() {
      return 0;
    }

    @Override
    public void close() {}
  }
}

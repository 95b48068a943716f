package org.statelessnf.nf.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.port.InMemoryPort;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** The load balancer in the engine, and the operator's hand on it. */
@Timeout(60)
class LoadBalancerRunTest {
  private static final Endpoint VIP = Endpoint.parse("192.0.2.80:80");
  private static final Endpoint FIRST = Endpoint.parse("10.0.0.1:8080");
  private static final LbConfig CONFIG =
      LbConfig.of("192.0.2.80:80", "10.0.0.1:8080,10.0.0.2:8080");
  private static final long START = 1_700_000_000_000_000_000L;

  private final PacketPool pool = new PacketPool(64, 256);
  private final InMemoryPort port = new InMemoryPort("lb", 64, pool);

  /** Sends a segment through and tells which back end it went to. */
  private String send(int clientPort, int flags) {
    Packet made = FrameBuilder.tcp("198.51.100.7", clientPort, "192.0.2.80", 80, flags).build();
    Packet packet = pool.acquire();
    if (packet == null) {
      throw new IllegalStateException("pool is empty");
    }
    java.lang.foreign.MemorySegment.copy(
        made.memory(), made.offset(), packet.memory(), packet.offset(), made.length());
    packet.wrap(packet.memory(), packet.offset(), made.length(), made.length(), START);
    packet.linkType(made.linkType());
    port.offer(packet);
    Packet sent = port.poll();
    while (sent == null) {
      Thread.onSpinWait();
      sent = port.poll();
    }
    PacketParser.parse(sent);
    String backend = Addresses.format(sent.memory(), sent.l3Start() + 16, 4);
    sent.release();
    return backend;
  }

  @Test
  void shouldKeepFlowsButGiveNoNewOnesToADrainingBackEnd() throws InterruptedException {
    try (StateStore store = Stores.open("caffeine:");
        Instance instance =
            new Instance("lb", () -> new LoadBalancer(CONFIG), store, PipeConfig.defaults());
        LoadBalancerAdmin admin = new LoadBalancerAdmin(store)) {
      instance.addPipe(PipePorts.of(port, port, p -> false));
      instance.start();
      int flow = 1000;
      while (!send(flow, TcpHeader.SYN).equals("10.0.0.1")) {
        flow++;
      }
      assertThat(admin.backends(VIP)).containsEntry("10.0.0.1:8080", BackendState.UP);
      assertThat(admin.set(VIP, FIRST, BackendState.DRAIN)).isTrue();
      Set<String> used = new HashSet<>();
      for (int other = 2000; other < 2050; other++) {
        used.add(send(other, TcpHeader.SYN));
      }
      assertThat(used).containsExactly("10.0.0.2");
      assertThat(send(flow, TcpHeader.ACK)).isEqualTo("10.0.0.1");
      assertThat(admin.set(VIP, FIRST, BackendState.DOWN)).isTrue();
      assertThat(send(flow, TcpHeader.SYN)).as("still opening: elsewhere").isEqualTo("10.0.0.2");
      assertThat(admin.set(VIP, Endpoint.parse("10.9.9.9:1"), BackendState.DOWN)).isFalse();
      port.closeInput();
      instance.awaitEnd();
      assertThat(instance.failure()).isNull();
      assertThat(admin.load(VIP, Endpoint.parse("10.0.0.2:8080"))).isGreaterThanOrEqualTo(51);
    }
  }
}

package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.Allocation;
import org.statelessnf.nf.testing.FixedStep;
import org.statelessnf.nf.testing.FrameBuilder;

class NatAllocationTest {
  private static final int LIMIT_BYTES = 1; // per packet, for what the measuring itself costs

  @Test
  void anEstablishedFlowShouldAllocateNothing() {
    Nat nat = new Nat(NatConfig.of(NatFixture.EXTERNAL));
    String inside = NatFixture.HOST_A;
    String remote = NatFixture.REMOTE;
    Packet out = FrameBuilder.tcp(inside, 5000, remote, 80, TcpHeader.ACK).at(1_000).build();
    Packet in =
        FrameBuilder.tcp(remote, 80, NatFixture.EXTERNAL, 2000, TcpHeader.ACK)
            .fromOutside()
            .at(1_000)
            .build();
    FixedStep forward = new FixedStep(record(NatFixture.EXTERNAL, 2000));
    FixedStep reverse = new FixedStep(record(inside, 5000));
    double bytes =
        Allocation.bytesPerRun(() -> {
          run(nat, out, forward);
          run(nat, in, reverse);
        });
    assertThat(bytes).isLessThan(LIMIT_BYTES);
  }

  private static void run(Nat nat, Packet packet, FixedStep step) {
    step.begin(packet);
    nat.locate(packet, step);
    nat.process(packet, step);
    if (!step.passed() || step.rewrite().isEmpty()) {
      throw new IllegalStateException("not translated");
    }
  }

  private static byte[] record(String peer, int port) {
    byte[] value = new byte[MappingRecord.LENGTH];
    MemorySegment memory = MemorySegment.ofArray(value);
    MappingRecord.peer(memory, 0, Addresses.parseIpv4(peer), port);
    MappingRecord.state(memory, 0, MappingState.TCP_ESTABLISHED, 0);
    MappingRecord.remote(memory, 0, Addresses.parseIpv4(NatFixture.REMOTE), 80);
    return value;
  }
}

package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.nat.NatFixture.EXTERNAL;
import static org.statelessnf.nf.nat.NatFixture.HOST_A;
import static org.statelessnf.nf.nat.NatFixture.HOST_B;
import static org.statelessnf.nf.nat.NatFixture.REMOTE;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.nat.NatFixture.Endpoint;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;

/** Port blocks among several instances. */
class NatLeaseTest {
  private static NatConfig.Builder config() {
    return NatConfig.builder(ExternalPool.parse(EXTERNAL)).ports(2000, 2015).blockPorts(8);
  }

  private static int blocks(NatFixture nat) {
    return nat.runner.size(new NatTables().blocks);
  }

  @Test
  void instancesShouldLeaseDifferentBlocks() {
    try (NatFixture nat = new NatFixture(config().build(), 2)) {
      int first = nat.udp(HOST_A, 5000, REMOTE, 53).port();
      int second = nat.udp(HOST_A, 5001, REMOTE, 53).port();
      assertThat((first - 2000) / 8).isNotEqualTo((second - 2000) / 8);
      assertThat(blocks(nat)).isEqualTo(2);
      assertThat(nat.runner.conflicts()).isZero();
    }
  }

  @Test
  void blocksShouldComeBackWhenAnInstanceEndsInGoodOrder() {
    NatFixture nat = new NatFixture(config().build(), 2);
    nat.udp(HOST_A, 5000, REMOTE, 53);
    assertThat(blocks(nat)).isEqualTo(1);
    nat.runner.close();
    assertThat(nat.runner.size(new NatTables().blocks)).isZero();
  }

  @Test
  void aDeadInstancesBlockShouldComeBackWhenItsLeaseHasRunOut() {
    try (NatFixture nat = new NatFixture(config().leaseMillis(30_000).build(), 2)) {
      for (int i = 0; i < 4; i++) {
        nat.run(0, FrameBuilder.udp(HOST_A, 5000 + i, REMOTE, 53).build());
      }
      nat.runner.kill(0);
      for (int i = 0; i < 8; i++) {
        nat.udp(HOST_B, 6000 + i, REMOTE, 53);
      }
      nat.dropped(DropReason.PORTS_EXHAUSTED, FrameBuilder.udp(HOST_B, 7000, REMOTE, 53));
      nat.after(31);
      for (int i = 0; i < 4; i++) {
        nat.udp(HOST_B, 7000 + i, REMOTE, 53);
      }
      nat.dropped(DropReason.PORTS_EXHAUSTED, FrameBuilder.udp(HOST_B, 8000, REMOTE, 53));
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      assertThat(nat.reply(REMOTE, 53, external)).isEqualTo(new Endpoint(HOST_A, 5000));
      assertThat(nat.mappings()).isEqualTo(16);
    }
  }

  @Test
  void aLivingInstanceShouldKeepTheBlockItUses() {
    try (NatFixture nat = new NatFixture(config().leaseMillis(30_000).build(), 2)) {
      for (int i = 0; i < 7; i++) {
        nat.run(0, FrameBuilder.udp(HOST_A, 5000 + i, REMOTE, 53).build());
        nat.after(14);
        assertThat(blocks(nat)).isEqualTo(1);
      }
    }
  }

  @Test
  void aBlockThatIsNotUsedShouldBeGivenBack() {
    try (NatFixture nat = new NatFixture(config().leaseMillis(30_000).build())) {
      nat.udp(HOST_A, 5000, REMOTE, 53);
      for (int i = 0; i < 5; i++) {
        nat.after(14);
        nat.udp(HOST_A, 5000, REMOTE, 53);
      }
      assertThat(blocks(nat)).isZero();
    }
  }

  @Test
  void portsOfALostLeaseShouldBeMetAsMismatches() {
    try (NatFixture nat = new NatFixture(config().ports(2000, 2007).build(), 2)) {
      nat.run(0, FrameBuilder.udp(HOST_A, 5000, REMOTE, 53).build());
      nat.afterRealMillis(60_000); // the first instance has not heard of the time yet
      nat.run(1, FrameBuilder.udp(HOST_B, 6000, REMOTE, 53).build());
      for (int i = 1; i < 4; i++) {
        nat.run(0, FrameBuilder.udp(HOST_A, 5000 + i, REMOTE, 53).build());
        nat.run(1, FrameBuilder.udp(HOST_B, 6000 + i, REMOTE, 53).build());
      }
      assertThat(nat.claims()).isEqualTo(8);
      assertThat(nat.mappings()).isEqualTo(8);
      assertThat(nat.runner.conflicts()).as("ports proposed by both").isPositive();
    }
  }

  @Test
  @Requirement(rfc = 6888, id = "REQ-10")
  void stateShouldReadWell() {
    try (NatFixture nat = new NatFixture(config().portsPerSubscriber(9).build())) {
      nat.connect(HOST_A, 5000, REMOTE, 80);
      NatTables tables = new NatTables();
      byte[] key = new byte[MappingKey.LENGTH];
      MappingKey.write(
          MemorySegment.ofArray(key), 0, IpProtocol.TCP, Addresses.parseIpv4(HOST_A), 5000);
      byte[] value = Objects.requireNonNull(nat.runner.value(tables.forward, key));
      assertThat(Nat.describe("forward", key, value))
          .matches(
              "tcp 10\\.0\\.0\\.1:5000 -> 203\\.0\\.113\\.7:20\\d\\d established,"
                  + " last used 2023-11-14T22:13:20Z");
    }
  }
}

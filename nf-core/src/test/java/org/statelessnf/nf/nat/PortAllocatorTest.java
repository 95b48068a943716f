package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.rfc.Requirement;

class PortAllocatorTest {
  private static final int ADDRESS = 0x01020304;
  private static final int UDP = IpProtocol.UDP;

  private static PortBlock block(int number, int firstPort, int count) {
    PortBlock block = new PortBlock(number, firstPort, count);
    for (int i = 0; i < count; i++) {
      block.free(firstPort + i);
    }
    return block;
  }

  @Test
  @Requirement(rfc = 6888, id = "REQ-13")
  void aBlockShouldGiveEachFreePortOnce() {
    SplittableRandom random = new SplittableRandom(1);
    for (int count : new int[] {1, 63, 64, 65, 128, 1000}) {
      PortBlock block = block(0, 5000, count);
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < count; i++) {
        int port = block.take(random.nextInt());
        assertThat(port).isBetween(5000, 5000 + count - 1);
        assertThat(seen.add(port)).isTrue();
      }
      assertThat(block.free()).isZero();
      assertThat(block.take(3)).isEqualTo(-1);
    }
  }

  @Test
  void aNewBlockShouldHaveNoFreePortUntilOneIsMarked() {
    PortBlock block = new PortBlock(0, 5000, 100);
    assertThat(block.take(7)).isEqualTo(-1);
    block.free(5099);
    block.free(5099);
    assertThat(block.free()).isEqualTo(1);
    assertThat(block.take(7)).isEqualTo(5099);
  }

  @Test
  void shouldProposeTheSamePortUntilItIsForgotten() {
    PortAllocator ports = new PortAllocator(1, 1);
    assertThat(ports.pick(0, ADDRESS, UDP, 7, 7)).isEqualTo(PortAllocator.NEEDS_BLOCK);
    ports.active().getFirst().current = block(0, 5000, 10);
    int picked = ports.pick(0, ADDRESS, UDP, 7, 7);
    assertThat(ports.pick(0, ADDRESS, UDP, 7, 7)).isEqualTo(picked);
    assertThat(ports.recentPick(UDP, 7, 7)).isEqualTo(picked);
    assertThat(ports.pick(0, ADDRESS, UDP, 7, 8)).isNotEqualTo(picked);
    ports.forget(UDP, 7, 7);
    assertThat(ports.recentPick(UDP, 7, 7)).isEqualTo(-1);
    assertThat(ports.pick(0, ADDRESS, UDP, 7, 7)).isNotEqualTo(picked);
  }

  @Test
  void shouldGoOnWithTheSpareBlock() {
    PortAllocator ports = new PortAllocator(1, 1);
    ports.pick(0, ADDRESS, UDP, 7, 7);
    PortAllocator.Range range = ports.active().getFirst();
    range.current = block(0, 5000, 2);
    range.spare = block(1, 6000, 2);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      seen.add(ports.pick(0, ADDRESS, UDP, 7, i));
    }
    assertThat(seen).containsExactlyInAnyOrder(5000, 5001, 6000, 6001);
    assertThat(ports.pick(0, ADDRESS, UDP, 7, 9)).isEqualTo(PortAllocator.NEEDS_BLOCK);
  }

  @Test
  void protocolsAndAddressesShouldHaveRangesOfTheirOwn() {
    PortAllocator ports = new PortAllocator(2, 1);
    ports.pick(0, ADDRESS, UDP, 7, 7);
    ports.pick(1, ADDRESS + 1, UDP, 7, 7);
    ports.pick(0, ADDRESS, IpProtocol.TCP, 7, 7);
    ports.pick(0, ADDRESS, IpProtocol.ICMP, 7, 7);
    ports.pick(0, ADDRESS, UDP, 7, 8);
    assertThat(ports.active()).hasSize(4);
  }

  @Test
  @Requirement(rfc = 7857, id = "9")
  @Requirement(rfc = 6888, id = "REQ-15")
  void rfc7857_9_portsShouldNotComeInOrder() {
    PortBlock block = block(0, 5000, 128);
    SplittableRandom random = new SplittableRandom(1);
    int inOrder = 0;
    int previous = block.take(random.nextInt());
    for (int i = 1; i < 64; i++) {
      int port = block.take(random.nextInt());
      inOrder += port == previous + 1 ? 1 : 0;
      previous = port;
    }
    assertThat(inOrder).isLessThan(6);
  }
}

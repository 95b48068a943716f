package org.statelessnf.io.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Packet;

class NeighborTableTest {
  private final List<Long> asked = new ArrayList<>();
  private final List<Packet> given = new ArrayList<>();
  private final NeighborTable table =
      new NeighborTable(
          new NeighborTable.Link() {
            @Override
            public void ask(long high, long low, long mac) {
              asked.add(low);
            }

            @Override
            public void resolved(Packet packet, long mac) {
              given.add(packet);
            }

            @Override
            public void unresolved(Packet packet) {
              given.add(packet);
            }
          });

  @Test
  void shouldFindEachOfManyNeighborsAndForgetTheLeastUsed() {
    for (int i = 0; i < NeighborTable.MAX_NEIGHBORS; i++) {
      table.learn(i % 3, i, i + 1L, i, true);
    }
    for (int i = 0; i < NeighborTable.MAX_NEIGHBORS; i++) {
      assertThat(table.lookup(i % 3, i, i)).isEqualTo(i + 1L);
    }
    table.learn(7, 7, 7, 9_999, true);
    assertThat(table.size()).isEqualTo(NeighborTable.MAX_NEIGHBORS);
    assertThat(table.lookup(0, 0, 9_999)).isEqualTo(NeighborTable.UNKNOWN);
    assertThat(table.lookup(1, 1, 9_999)).isEqualTo(2);
    assertThat(table.lookup(7, 7, 9_999)).isEqualTo(7);
  }

  @Test
  void shouldHoldNoMorePacketsThanItMay() {
    int all = NeighborTable.MAX_HELD_ALL + 10;
    for (int i = 0; i < all; i++) {
      table.hold(0, i / 4, new Packet(), 0);
    }
    assertThat(table.held()).isEqualTo(NeighborTable.MAX_HELD_ALL);
    assertThat(given).hasSize(10);
    table.clear();
    assertThat(table.held()).isZero();
    assertThat(given).hasSize(all);
  }

  @Test
  void shouldForgetAKnownNeighborThatNoLongerAnswers() {
    long now = 0;
    table.learn(0, 1, 42, now, true);
    now = (NeighborTable.CONFIRM_SECONDS + 1) * 1_000_000_000L;
    for (int i = 0; i < NeighborTable.TRIES; i++) {
      assertThat(table.lookup(0, 1, now)).isEqualTo(42);
      now += 1_000_000_001L;
    }
    assertThat(asked).hasSize(NeighborTable.TRIES);
    assertThat(table.lookup(0, 1, now)).isEqualTo(NeighborTable.UNKNOWN);
  }

  @Test
  void shouldKnowWhoIsReachedDirectly() {
    InterfaceAddress v4 = InterfaceAddress.parse("10.1.2.3/20");
    assertThat(v4).hasToString("10.1.2.3/20");
    assertThat(v4.reaches(0, ipv4("10.1.15.255"))).isTrue();
    assertThat(v4.reaches(0, ipv4("10.1.16.0"))).isFalse();
    assertThat(v4.isBroadcast(0, ipv4("10.1.15.255"))).isTrue();
    assertThat(v4.isBroadcast(0, ipv4("10.1.15.254"))).isFalse();
    assertThat(InterfaceAddress.parse("10.0.0.0/31").isBroadcast(0, ipv4("10.0.0.1"))).isFalse();
    assertThat(InterfaceAddress.parse("10.0.0.1/0").reaches(0, ipv4("200.0.0.1"))).isTrue();
    InterfaceAddress v6 = InterfaceAddress.parse("2001:db8:1::1/48");
    assertThat(v6.reaches(0x2001_0db8_0001_ffffL, 5)).isTrue();
    assertThat(v6.reaches(0x2001_0db8_0002_0000L, 5)).isFalse();
    assertThat(v6.reaches(0, ipv4("10.0.0.1"))).isFalse();
    InterfaceAddress narrow = InterfaceAddress.parse("2001:db8::f0/124");
    assertThat(narrow.reaches(0x2001_0db8_0000_0000L, 0xff)).isTrue();
    assertThat(narrow.reaches(0x2001_0db8_0000_0000L, 0x100)).isFalse();
    assertThat(InterfaceAddress.parse("::1/0").reaches(-1, -1)).isTrue();
  }

  private static long ipv4(String address) {
    return IpAddress.mapped(Addresses.parseIpv4(address));
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    for (String wrong : List.of("10.0.0.1", "10.0.0.1/33", "fd00::1/129", "10.0.0.1/x", "x/24")) {
      assertThatThrownBy(() -> InterfaceAddress.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() ->
            new RouterInterface(
                1,
                List.of(InterfaceAddress.parse("10.0.0.1/24")),
                List.of(RouterInterface.Gateway.parse("10.0.1.1")),
                AddressSet.NONE,
                1500))
        .hasMessageContaining("gateway 10.0.1.1 is in no block");
  }
}

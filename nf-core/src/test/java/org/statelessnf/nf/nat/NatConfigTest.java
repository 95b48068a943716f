package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.rfc.Requirement;

class NatConfigTest {

  @Test
  void shouldReadOneAddressOrARange() {
    assertThat(ExternalPool.parse("203.0.113.7"))
        .isEqualTo(new ExternalPool(Addresses.parseIpv4("203.0.113.7"), 1));
    ExternalPool range = ExternalPool.parse("203.0.113.254-203.0.114.1");
    assertThat(range.count()).isEqualTo(4);
    assertThat(range.contains(Addresses.parseIpv4("203.0.113.253"))).isFalse();
    assertThat(range.contains(Addresses.parseIpv4("203.0.113.254"))).isTrue();
    assertThat(range.contains(Addresses.parseIpv4("203.0.114.1"))).isTrue();
    assertThat(range.contains(Addresses.parseIpv4("203.0.114.2"))).isFalse();
    assertThat(range).hasToString("203.0.113.254-203.0.114.1");
    assertThat(ExternalPool.parse("9.9.9.9")).hasToString("9.9.9.9");
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8::1, '2001:db8::1' is not an IPv4 address",
    "203.0.113.7-, '' is not an IPv4 address",
    "203.0.113, '203.0.113' is not an IPv4 address",
    "1.2.3.4-1.2.3.3, ends before it begins",
    "1.0.0.0-2.0.0.0, 'has 16777217 addresses, at most 65536'",
    "239.0.0.1, no host's",
    "0.0.0.0, no host's",
  })
  void shouldSayInOneLineWhatIsWrongWithAPool(String text, String message) {
    assertThatThrownBy(() -> NatConfig.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void shouldRefuseNumbersThatMakeNoSense() {
    NatConfig.Builder builder = NatConfig.builder(ExternalPool.parse("9.9.9.9"));
    assertThatThrownBy(() -> builder.ports(5, 4)).hasMessageContaining("5-4");
    assertThatThrownBy(() -> builder.ports(0, 4)).hasMessageContaining("0-4");
    assertThatThrownBy(() -> builder.ports(1, 65_536)).hasMessageContaining("1-65536");
    assertThatThrownBy(() -> builder.blockPorts(0)).hasMessageContaining("0 ports");
    assertThatThrownBy(() -> builder.leaseMillis(0)).hasMessageContaining("0 ms");
    assertThatThrownBy(() -> builder.portsPerSubscriber(-1)).hasMessageContaining("-1 ports");
    assertThatThrownBy(() -> NatTimeouts.DEFAULT.withUdp(Duration.ZERO))
        .hasMessageContaining("UDP timeout");
  }

  @Test
  void shouldCutThePortsIntoBlocks() {
    NatConfig config =
        NatConfig.builder(ExternalPool.parse("9.9.9.9")).ports(1000, 1250).blockPorts(100).build();
    assertThat(config.blocks()).isEqualTo(3);
    assertThat(config.firstPortOf(2)).isEqualTo(1200);
    assertThat(config.portsOf(1)).isEqualTo(100);
    assertThat(config.portsOf(2)).isEqualTo(51);
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-5c")
  @Requirement(rfc = 5382, id = "REQ-5")
  @Requirement(rfc = 5508, id = "REQ-2")
  void rfcMinimaShouldBeTheDefaults() {
    NatTimeouts timeouts = NatTimeouts.DEFAULT;
    assertThat(timeouts.udpNanos()).isGreaterThanOrEqualTo(Duration.ofMinutes(5).toNanos());
    assertThat(timeouts.icmpNanos()).isGreaterThanOrEqualTo(Duration.ofSeconds(60).toNanos());
    assertThat(timeouts.transitoryNanos()).isGreaterThanOrEqualTo(Duration.ofMinutes(4).toNanos());
    assertThat(timeouts.establishedNanos())
        .isGreaterThanOrEqualTo(Duration.ofMinutes(124).toNanos());
    assertThat(timeouts.restNanos()).isGreaterThanOrEqualTo(Duration.ofMinutes(2).toNanos());
  }
}

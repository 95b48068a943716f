package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.ConfigException;

class TimeoutsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "tcp.syn_sent, PT2M",
    "tcp.syn_crossed, PT2M",
    "tcp.syn_recv, PT1M",
    "tcp.established, P5D",
    "tcp.fin_wait, PT2M",
    "tcp.close_wait, PT1M",
    "tcp.last_ack, PT30S",
    "tcp.time_wait, PT2M",
    "tcp.close, PT10S",
    "tcp.max_retrans, PT5M",
    "tcp.unacknowledged, PT5M",
    "udp.unreplied, PT30S",
    "udp.stream, PT2M",
    "icmp, PT30S",
    "icmpv6, PT30S",
    "generic, PT10M",
  })
  void shouldHaveNetfiltersDefaults(String name, Duration value) {
    assertThat(Timeouts.defaults().get(name)).isEqualTo(value);
    assertThat(Timeouts.names()).contains(name).hasSize(16);
  }

  @Test
  void shouldNumberTheTcpTimeoutsLikeTheStates() {
    Timeouts timeouts = Timeouts.defaults();
    assertThat(timeouts.tcpNanos(TcpState.SYN_SENT))
        .isEqualTo(timeouts.nanos(Timeouts.TCP_SYN_SENT));
    assertThat(timeouts.tcpNanos(TcpState.ESTABLISHED))
        .isEqualTo(timeouts.nanos(Timeouts.TCP_ESTABLISHED));
    assertThat(timeouts.tcpNanos(TcpState.CLOSED)).isEqualTo(timeouts.nanos(Timeouts.TCP_CLOSE));
  }

  @Test
  void shouldReadAFile() throws IOException {
    Timeouts timeouts =
        load(
            """
            # comment
            tcp.established = 2h   # of the clients
            udp.unreplied=500ms
            icmp =7 s
            generic = 1d
            """);
    assertThat(timeouts.get("tcp.established")).isEqualTo(Duration.ofHours(2));
    assertThat(timeouts.get("udp.unreplied")).isEqualTo(Duration.ofMillis(500));
    assertThat(timeouts.get("icmp")).isEqualTo(Duration.ofSeconds(7));
    assertThat(timeouts.get("generic")).isEqualTo(Duration.ofDays(1));
    assertThat(timeouts.get("udp.stream")).as("untouched").isEqualTo(Duration.ofMinutes(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp.establishd = 5d   | unknown timeout 'tcp.establishd'",
        "tcp.established 5d    | not of the form 'name = duration'",
        "tcp.established = 5   | '5' is no duration",
        "tcp.established = d   | 'd' is no duration",
        "tcp.established = -5s | '-5s' is no duration",
        "tcp.established = 1.5h| '1.5h' is no duration",
        "tcp.established = 0s  | must be positive",
        "tcp.established = 366d| at most a year",
        "tcp.established = 999999999999d | at most a year",
        "tcp.established = 9999999999999999s | is no duration",
      })
  void shouldSayWhatIsWrongAndWhere(String line, String message) {
    assertThatThrownBy(() -> load("icmp = 5s\n" + line))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("timeouts.conf:2: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private Timeouts load(String text) throws IOException {
    return Timeouts.load(Files.writeString(directory.resolve("timeouts.conf"), text));
  }
}

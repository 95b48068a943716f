package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The firewall as a bump in the wire between two hosts of the Linux network stack, which know
 * nothing of it.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BridgeIT {
  private static final int BYTES = 20_000_000;
  private static final int XDP_BYTES = 2_000_000;

  @BeforeEach
  void assume() {
    LabTools.assumeLab("nginx", "curl", "ping", "redis-server", "redis-cli");
  }

  @Test
  void shouldBeTransparentToTheInsideAndShutToTheOutside() throws Exception {
    pass("caffeine", "net_af_packet", BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chronicle", "redis"})
  @Tag("long")
  void shouldBeTransparentOnEveryStore(String store) throws Exception {
    pass(store, "net_af_packet", BYTES);
  }

  /** Its driver never gives back what its rings hold; that is no loss of ours. */
  @Test
  @Tag("long")
  void shouldPassAndAccountForItsBuffersByXdpSockets() throws Exception {
    pass("caffeine", "net_af_xdp", XDP_BYTES);
  }

  private static void pass(String kind, String driver, int bytes) throws Exception {
    try (Lab lab = Lab.open()) {
      Namespace inside = lab.namespace("in");
      Namespace outside = lab.namespace("out");
      Namespace middle = lab.silentNamespace("mid");
      lab.join(inside, "eth0", middle, "m0");
      lab.join(outside, "eth0", middle, "m1");
      inside.sh("ip addr add 10.1.0.2/24 dev eth0");
      inside.sh("ip addr add fd01::2/64 dev eth0");
      outside.sh("ip addr add 10.1.0.3/24 dev eth0");
      outside.sh("ip addr add fd01::3/64 dev eth0");
      String store = LabTools.store(kind, lab, middle);
      SnfProcess snf =
          SnfProcess.start(
              lab,
              middle,
              "snf",
              List.of(
                  "run",
                  "--nf",
                  "firewall",
                  "--store",
                  store,
                  "-o",
                  "json",
                  "--in",
                  "dpdk:" + driver + ",iface=m0",
                  "--out",
                  "dpdk:" + driver + ",iface=m1"));
      Path file = LabTools.webServer(lab, outside, bytes);
      LabTools.webServer(lab, inside, 1);
      if (driver.equals("net_af_packet")) {
        snf.awaitWord("Ctrl-C");
      } else {
        LabTools.awaitServing(snf, driver);
      }

      inside.run("ping", "-c", "3", "-i", "0.2", "-W", "60", "10.1.0.3");
      inside.run("ping", "-6", "-c", "3", "-i", "0.2", "-W", "60", "fd01::3");
      Path copy = lab.directory().resolve("copy");
      LabTools.download(inside, "http://10.1.0.3/file", copy);
      assertThat(copy).hasSameBinaryContentAs(file);
      LabTools.download(inside, "http://[fd01::3]/file", copy);
      assertThat(copy).hasSameBinaryContentAs(file);
      // The host is there, and not to be reached from outside: no answer to a SYN.
      assertThat(outside.call("curl", "-s", "--max-time", "2", "http://10.1.0.2/who").exitCode())
          .isEqualTo(28);
      assertThat(inside.call("curl", "-s", "http://10.1.0.2/who").exitCode()).isZero();

      assertThat(snf.terminate()).as(snf.err()).isZero();
      JsonNode report = JsonMapper.builder().build().readTree(snf.out());
      assertThat(report.at("/drops/unsolicited").asInt()).isPositive();
      assertThat(report.at("/wire/inside/passed_arp").asInt()).isPositive();
      assertThat(report.at("/wire/inside/passed_nd").asInt()).isPositive();
      for (JsonNode device : report.at("/devices")) {
        assertThat(device.at("/buffersBack").asInt()).isEqualTo(device.at("/buffers").asInt());
      }
    }
  }
}

package org.statelessnf.io.dpdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpdkUriTest {

  @Test
  void shouldReadDeviceArgumentsAndOptions() {
    DpdkUri uri =
        DpdkUri.parse(
            "dpdk:net_af_packet,iface=veth0,framecnt=64?queues=2&buffers=8191&promiscuous=off"
                + "&descriptors=256&frame=4096");
    assertThat(uri.device()).isEqualTo("net_af_packet");
    assertThat(uri.arguments()).containsExactly("iface=veth0", "framecnt=64");
    assertThat(uri.queues()).isEqualTo(2);
    assertThat(uri.buffers()).isEqualTo(8191);
    assertThat(uri.descriptors()).isEqualTo(256);
    assertThat(uri.frameBytes()).isEqualTo(4096);
    assertThat(uri.promiscuous()).isFalse();
    assertThat(uri.isPci()).isFalse();
    assertThat(uri).hasToString("dpdk:net_af_packet,iface=veth0,framecnt=64");
  }

  @Test
  void shouldTakeUsualValuesForWhatIsNotSaid() {
    DpdkUri uri = DpdkUri.parse("dpdk:net_null");
    assertThat(uri.queues()).isZero();
    assertThat(uri.withQueuesIfUnsaid(3).queues()).isEqualTo(3);
    assertThat(DpdkUri.parse("dpdk:net_null?queues=2").withQueuesIfUnsaid(3).queues()).isEqualTo(2);
    assertThat(uri.buffers()).isEqualTo(DpdkUri.USUAL_BUFFERS);
    assertThat(uri.promiscuous()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "dpdk:net_null,        net_null,     false",
    "dpdk:net_null7,       net_null,     false",
    "dpdk:net_af_xdp,      net_af_xdp,   false",
    "dpdk:0000:03:00.0,    0000:03:00.0, true",
    "dpdk:03:00.0,         0000:03:00.0, true",
  })
  void shouldTellDriverAndBus(String text, String driver, boolean pci) {
    DpdkUri uri = DpdkUri.parse(text);
    assertThat(uri.driver()).isEqualTo(driver);
    assertThat(uri.isPci()).isEqualTo(pci);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dpdk:",
        "dpdk:eth0",
        "dpdk:net_",
        "dpdk:net_null,",
        "dpdk:net_null,,size=64",
        "dpdk:net_null?",
        "dpdk:net_null?queues",
        "dpdk:net_null?queues=0",
        "dpdk:net_null?queues=17",
        "dpdk:net_null?queues=two",
        "dpdk:net_null?buffers=99999999999",
        "dpdk:net_null?speed=10",
        "dpdk:net_null?promiscuous=yes",
        "dpdk:0000:03:00.8",
        "dpdk:0000:03",
        "net_null",
      })
  void shouldRefuseInOneLineThatNamesTheText(String text) {
    assertThatThrownBy(() -> DpdkUri.parse(text))
        .isInstanceOf(DpdkConfigException.class)
        .hasMessageContaining(text)
        .message()
        .satisfies(message -> assertThat(message.lines()).hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dpdk:net_af_packet",
        "dpdk:net_af_packet,iface=no-such-interface",
        "dpdk:net_af_packet,iface=../../etc",
        "dpdk:net_pcap,rx_pcap=/no/such/file",
      })
  void shouldFindWhatTheDriverWouldStumbleOver(String text) {
    assertThatThrownBy(() -> VirtualDevice.check(DpdkUri.parse(text)))
        .isInstanceOf(DpdkConfigException.class)
        .hasMessageStartingWith(text);
  }

  @Test
  void shouldGiveAfPacketARingThatDoesNotDrop() {
    DpdkUri uri = DpdkUri.parse("dpdk:net_af_packet,iface=lo,blocksz=8192");
    assertThat(VirtualDevice.arguments(uri, 2))
        .containsExactly("iface=lo", "blocksz=8192", "framecnt=4096", "qpairs=2");
  }
}

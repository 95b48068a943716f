package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "10.0.0.1, 10.0.0.1",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:DB8::1, 2001:db8::1",
    "2001:0db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:1.2.3.4, ::ffff:1.2.3.4",
    "64:ff9b::1.2.3.4, 64:ff9b::102:304",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
  })
  void shouldParseLiteralsAndFormatThemCanonically_Rfc5952(String text, String canonical) {
    assertThat(Addresses.format(Addresses.parse(text))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.04",
        "01.2.3.4",
        "1.2.3.4 ",
        "1.2.3.-4",
        "0x7f.1",
        "localhost",
        "1..2.3",
        ":",
        ":1",
        "1:",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "1:::2",
        "\u0661.2.3.4",
        "\uff11::"
      })
  void shouldRefuseWhatIsNoLiteralInOneLine(String text) {
    assertThatThrownBy(() -> Addresses.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not an IP address: '" + text + "'");
  }

  @Test
  void shouldAgreeWithTheJdkOnRandomAddresses() throws Exception {
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      byte[] address = new byte[round % 2 == 0 ? 16 : 4];
      for (int i = 0; i < address.length; i++) {
        address[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 0);
      }
      String text = Addresses.format(address);
      assertThat(Addresses.parse(text)).as(text).isEqualTo(address);
      if (!text.startsWith("::ffff:")) {
        assertThat(InetAddress.getByName(text).getAddress()).as(text).isEqualTo(address);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
    "0.0.0.0/0, 255.1.2.3, ::1",
    "1.2.3.4, 1.2.3.4, 1.2.3.5",
    "1.2.3.4/31, 1.2.3.5, 1.2.3.6",
    "128.0.0.0/1, 255.0.0.1, 127.0.0.1",
    "::/0, ffff::1, 1.2.3.4",
    "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::1",
    "2001:db8::/64, 2001:db8::ffff:0:0:1, 2001:db8:0:1::",
    "2001:db8::/65, 2001:db8::7fff:0:0:1, 2001:db8:0:0:8000::",
    "2001:db8::1/128, 2001:db8::1, 2001:db8::2",
    "::ffff:0:0/96, ::ffff:1.2.3.4, 1.2.3.4",
  })
  void shouldTellWhatABlockContains(String block, String inside, String outside) {
    Cidr cidr = Cidr.parse(block);
    assertThat(contains(cidr, inside)).isTrue();
    assertThat(contains(cidr, outside)).isFalse();
    assertThat(Cidr.parse(cidr.toString()).network()).isEqualTo(cidr.network());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.1/8 | '10.0.0.1/8' has bits set behind the prefix; the block is 10.0.0.0/8",
        "2001:db8::1/64 | '2001:db8::1/64' has bits set behind the prefix; the block is 2001:db8::/64",
        "10.0.0.0/33 | '10.0.0.0/33' needs a prefix length from 0 to 32 behind the slash",
        "::/129 | '::/129' needs a prefix length from 0 to 128 behind the slash",
        "10.0.0.0/ | '10.0.0.0/' needs a prefix length from 0 to 32 behind the slash",
        "10.0.0.0/-1 | '10.0.0.0/-1' needs a prefix length from 0 to 32 behind the slash",
        "10.0.0.0/8/8 | '10.0.0.0/8/8' needs a prefix length from 0 to 32 behind the slash",
        "10.0/8 | not an IP address: '10.0'",
        "10.0.0.0/8,,::1 | item 2 of the address list '10.0.0.0/8,,::1' is empty",
      })
  void shouldSayInOneLineWhatIsWrongWithAList(String list, String message) {
    assertThatThrownBy(() -> CidrSet.parse(list))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void shouldLookThroughAllBlocksOfASet() {
    CidrSet set = CidrSet.parse(" 10.0.0.0/8, fc00::/7 ");
    assertThat(set).hasToString("10.0.0.0/8,fc00::/7");
    assertThat(set.blocks()).hasSize(2);
    Packet p = Frames.parse(Frames.ETH4 + Frames.ipv4(17, 8, 0).replace("0a000002", "08080808"));
    assertThat(set.containsSource(p)).isTrue();
    assertThat(set.containsDestination(p)).isFalse();
    Packet v6 = Frames.parse(Frames.ETH6 + Frames.ipv6(59, 0).replace("40 2001", "40 fd01"));
    assertThat(set.containsSource(v6)).isTrue();
    assertThat(set.containsDestination(v6)).isFalse();
    assertThat(set.containsSource(Frames.parse(Frames.ETH4 + "45"))).as("cut").isFalse();
    assertThat(CidrSet.of().containsSource(p)).isFalse();
    assertThat(CidrSet.PRIVATE.containsSource(p)).isTrue();
  }

  private static boolean contains(Cidr cidr, String text) {
    byte[] address = Addresses.parse(text);
    return cidr.contains(MemorySegment.ofArray(address), 0, address.length == 4 ? 4 : 6);
  }
}

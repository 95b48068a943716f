package org.statelessnf.store.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Stores;

class IgniteOptionsTest {
  @TempDir private Path directory;

  private static IgniteOptions parse(String uri) {
    return IgniteOptions.parse(StoreUri.parse(uri));
  }

  @Test
  void shouldStayOnLoopbackUnlessTold() {
    IgniteOptions.Node node = parse("ignite:embedded").node();
    assertThat(node.bind()).isEqualTo("127.0.0.1");
    assertThat(node.peers()).containsExactly("127.0.0.1:47500..47509");
    assertThat(node.clientPort()).isZero();
  }

  @Test
  void shouldTakePeersWithAndWithoutPort() {
    IgniteOptions options =
        parse("ignite:embedded?bind=10.0.0.1&port=5000&peers=10.0.0.1,b:6000,[::1]:7000&memory=2g");
    assertThat(options.embedded()).isTrue();
    assertThat(options.node().peers())
        .containsExactly("10.0.0.1:5000..5009", "b:6000", "[::1]:7000");
    assertThat(options.node().memoryMib()).isEqualTo(2048);
  }

  @Test
  void shouldTakeAddressesOfARemoteCluster() throws IOException {
    Path password = Files.writeString(directory.resolve("password"), "secret\n");
    IgniteOptions options = parse("ignite://nf@a,b:10801?passwordFile=" + password);
    assertThat(options.embedded()).isFalse();
    assertThat(options.addresses()).containsExactly("a:10800", "b:10801");
    assertThat(options.security().user()).isEqualTo("nf");
    assertThat(options.security().password()).isEqualTo("secret");
    assertThat(options.security().toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ignite:| expected ignite:embedded or ignite://host:10800",
        "ignite:other| expected ignite:embedded or ignite://host:10800",
        "ignite://| '' is not host:port",
        "ignite://a:b| 'a:b' is not host:port",
        "ignite://a:99999| 'a:99999' is not host:port",
        "ignite://u:p@a| a password does not belong into a URI",
        "ignite://u@a| a user and passwordFile or passwordEnv go together",
        "ignite://a?bind=b| option bind is for ignite:embedded",
        "ignite://a?caFile=x| option caFile needs tls=true",
        "ignite://a?tls=true&caFile=/none| option caFile: cannot read '/none'",
        "ignite://a?tls=true&keyFile=/none| certFile and keyFile go together",
        "ignite:embedded?user=nf| option user is for ignite://",
        "ignite:embedded?tls=true| a node shows a certificate to the others",
        "ignite:embedded?backups=9| option backups is '9'",
        "ignite:embedded?memory=1m| option memory is '1m'",
        "ignite:embedded?memory=lots| option memory is 'lots'",
        "ignite:embedded?peers=a:b| option peers: 'a:b' is not host or host:port",
        "ignite:embedded?cache=a/b| option cache is 'a/b'",
        "ignite:embedded?nonsense=1| unknown option 'nonsense'"
      })
  void shouldSayWhatIsWrong(String uri, String message) {
    assertThatThrownBy(() -> Stores.open(uri))
        .isInstanceOf(StoreConfigException.class)
        .hasMessageContaining(message.strip());
  }
}

package org.statelessnf.store.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.ClientConnectorConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.ssl.SslContextFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.conformance.process.Certificates;
import org.statelessnf.conformance.process.Ports;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreException;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** Logins and TLS, against servers that insist on them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SecurityTest {
  private static final TableSpec FLOWS = TableSpec.of("flows", 16, 64);

  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() throws IOException, InterruptedException {
    certificates = Certificates.create(directory);
  }

  @Test
  void shouldLogInOverTls() throws IOException {
    Path right = Files.writeString(directory.resolve("right"), "ignite\n");
    Path wrong = Files.writeString(directory.resolve("wrong"), "guess\n");
    int port = Ports.free();
    int clientPort = port + 50;
    try (Ignite server = Ignition.start(server(port, clientPort))) {
      server.cluster().state(ClusterState.ACTIVE);
      String tls = "&tls=true&caFile=" + certificates.certificate();
      String address = "127.0.0.1:%d?".formatted(clientPort) + Nodes.PATIENT;
      String uri = "ignite://ignite@" + address + "&passwordFile=";
      try (StateStore store = Stores.open(uri + right + tls)) {
        use(store);
        assertThat(store.uri()).doesNotContain("guess");
      }
      assertThatThrownBy(() -> Stores.open(uri + wrong + tls))
          .isInstanceOf(StoreConfigException.class)
          .hasMessageContaining("login");
      assertThatThrownBy(() -> Stores.open("ignite://" + address + tls))
          .isInstanceOf(StoreException.class);
      assertThatThrownBy(() -> Stores.open(impatient(uri + right)))
          .isInstanceOf(StoreException.class);
    }
  }

  /** Ignite knows logins only where it writes to disk. */
  private IgniteConfiguration server(int port, int clientPort) {
    IgniteConfiguration configuration =
        NodeConfig.node(
            IgniteOptions.parse(
                StoreUri.parse(
                    "ignite:embedded?memory=64m&port=%d&clientPort=%d"
                        .formatted(port, clientPort))),
            directory.resolve("work"));
    configuration.setAuthenticationEnabled(true);
    configuration
        .getDataStorageConfiguration()
        .getDefaultDataRegionConfiguration()
        .setPersistenceEnabled(true);
    ClientConnectorConfiguration connector =
        Objects.requireNonNull(configuration.getClientConnectorConfiguration());
    SslContextFactory tls = new SslContextFactory();
    tls.setKeyStoreType("PKCS12");
    tls.setKeyStoreFilePath(directory.resolve("server.p12").toString());
    tls.setKeyStorePassword("changeit".toCharArray());
    tls.setTrustManagers(SslContextFactory.getDisabledTrustManager());
    connector.setSslEnabled(true).setUseIgniteSslContextFactory(false).setSslClientAuth(false);
    connector.setSslContextFactory(tls);
    return configuration;
  }

  @Test
  void shouldJoinNodesOverTlsAndNoOthers() throws IOException {
    String uri = Nodes.uri(Ports.free(), "memory=32m");
    String tls =
        "&tls=true&caFile=%1$s&certFile=%1$s&keyFile=%2$s"
            .formatted(certificates.certificate(), certificates.key());
    try (StateStore one = Stores.open(uri + tls);
        StateStore two = Stores.open(uri + tls)) {
      use(one);
      try (StoreSession session = two.openSession()) {
        assertThat(session.single().read(two.table(FLOWS), new byte[] {1}).outcome())
            .isEqualTo(Outcome.OK);
      }
      assertThatThrownBy(() -> Stores.open(impatient(uri))).isInstanceOf(StoreException.class);
    }
  }

  private static String impatient(String uri) {
    return uri.replace("connectTimeout=60s", "connectTimeout=3s");
  }

  private static void use(StateStore store) {
    try (StoreSession session = store.openSession()) {
      Table table = store.table(FLOWS);
      assertThat(session.single().put(table, new byte[] {1}, new byte[8]).outcome())
          .isEqualTo(Outcome.OK);
      assertThat(session.single().read(table, new byte[] {1}).outcome()).isEqualTo(Outcome.OK);
    }
  }
}

package org.statelessnf.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.conformance.process.Certificates;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.redis.server.RedisServer;

/** Passwords, ACL users and TLS, with a real server. */
class RedisLoginTest {
  private static final String PASSWORD = "correct-horse";

  @TempDir private Path directory;

  @Test
  void shouldLogInWithPasswordOfFile() throws IOException {
    try (RedisServer server = RedisServer.launch("--requirepass", PASSWORD)) {
      work("redis://127.0.0.1:%d?passwordFile=%s".formatted(server.port(), file(PASSWORD + "\n")));
    }
  }

  @Test
  void shouldRefuseWrongPasswordInOneLineWithoutIt() throws IOException {
    try (RedisServer server = RedisServer.launch("--requirepass", PASSWORD)) {
      String uri =
          "redis://127.0.0.1:%d?passwordFile=%s".formatted(server.port(), file("battery-staple"));
      assertThatThrownBy(() -> Stores.open(uri))
          .isInstanceOf(StoreConfigException.class)
          .hasMessageContaining("refuses the login")
          .hasMessageNotContainingAny("battery-staple", "\n");
    }
  }

  @Test
  void shouldSayThatPasswordIsNeeded() throws IOException {
    try (RedisServer server = RedisServer.launch("--requirepass", PASSWORD)) {
      assertThatThrownBy(() -> Stores.open("redis://127.0.0.1:" + server.port()))
          .isInstanceOf(StoreConfigException.class)
          .hasMessageContaining("NOAUTH");
    }
  }

  /** The rule is the one that docs/redis.md gives. */
  @Test
  void shouldWorkAsUserWithFewRights() throws IOException {
    try (RedisServer server = RedisServer.launch()) {
      server.call(
          ("ACL SETUSER nf on >" + PASSWORD + " ~snf:* +@all -@dangerous +info +role").split(" "));
      work("redis://nf@127.0.0.1:%d?passwordFile=%s".formatted(server.port(), file(PASSWORD)));
      String elsewhere =
          "redis://nf@127.0.0.1:%d?passwordFile=%s&keyPrefix=other:"
              .formatted(server.port(), file(PASSWORD));
      assertThat(write(elsewhere)).isEqualTo(Outcome.UNAVAILABLE);
    }
  }

  @Test
  void shouldSpeakTlsAndCheckServer() throws IOException, InterruptedException {
    Certificates certificates = Certificates.create(directory);
    int port = RedisServer.freePort();
    try (RedisServer server = tlsServer(port, certificates, "no")) {
      assertThat(server.port()).isNotEqualTo(port);
      work("rediss://localhost:%d?caFile=%s".formatted(port, certificates.certificate()));
      String trusting =
          "rediss://127.0.0.1:%d?caFile=%s".formatted(port, certificates.certificate());
      work(trusting + "&verify=ca"); // the certificate names localhost only
      assertThatThrownBy(() -> Stores.open(trusting))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageNotContaining("\n");
      assertThatThrownBy(() -> Stores.open("rediss://localhost:" + port))
          .isInstanceOf(StoreUnavailableException.class);
      work("rediss://localhost:%d?verify=none".formatted(port));
    }
  }

  @Test
  void shouldShowItsOwnCertificate() throws IOException, InterruptedException {
    Certificates certificates = Certificates.create(directory);
    int port = RedisServer.freePort();
    try (RedisServer server = tlsServer(port, certificates, "yes")) {
      assertThat(server.port()).isNotEqualTo(port);
      String anonymous =
          "rediss://localhost:%d?caFile=%s".formatted(port, certificates.certificate());
      assertThatThrownBy(() -> Stores.open(anonymous))
          .isInstanceOf(StoreUnavailableException.class);
      work(
          anonymous
              + "&certFile=%s&keyFile=%s"
                  .formatted(certificates.certificate(), certificates.key()));
    }
  }

  private static RedisServer tlsServer(int port, Certificates certificates, String clients)
      throws IOException {
    return RedisServer.launch(
        "--tls-port",
        Integer.toString(port),
        "--tls-cert-file",
        certificates.certificate().toString(),
        "--tls-key-file",
        certificates.key().toString(),
        "--tls-ca-cert-file",
        certificates.certificate().toString(),
        "--tls-auth-clients",
        clients);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "password", ".txt"), text);
  }

  private static void work(String uri) {
    assertThat(write(uri)).isEqualTo(Outcome.OK);
  }

  private static Outcome write(String uri) {
    try (StateStore store =
            Stores.open(uri + (uri.contains("?") ? "&" : "?") + "connectTimeout=10s");
        StoreSession session = store.openSession()) {
      Table table = store.table(TableSpec.of("flows", 16, 16));
      SingleKey single = new SingleKey(session);
      byte[] bytes = "flow".getBytes(StandardCharsets.US_ASCII);
      // A plain MSET, and a script.
      Outcome plain = single.put(table, bytes, bytes).outcome();
      assertThat(single.increment(table, new byte[] {7}, 1).outcome()).isEqualTo(plain);
      return plain;
    }
  }
}

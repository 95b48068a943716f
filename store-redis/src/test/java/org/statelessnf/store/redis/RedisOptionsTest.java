package org.statelessnf.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Stores;
import org.statelessnf.store.redis.RedisOptions.Mode;
import org.statelessnf.store.redis.RedisOptions.Verify;

class RedisOptionsTest {
  @TempDir Path directory;

  @Test
  void shouldReadStandaloneUri() {
    RedisOptions options = parse("redis://db.example:6380/3?keyPrefix=nf.&maxInFlight=4");
    assertThat(options.mode()).isEqualTo(Mode.STANDALONE);
    assertThat(options.endpoints()).hasToString("[db.example:6380]");
    assertThat(options.database()).isEqualTo(3);
    assertThat(options.keyPrefix()).isEqualTo("nf.");
    assertThat(options.maxInFlight()).isEqualTo(4);
    assertThat(options.shards()).isEqualTo(1);
    assertThat(options.tls()).isNull();
  }

  @Test
  void shouldReadUnixSocket() {
    RedisOptions options = parse("redis-socket:///run/redis/redis.sock?database=2");
    assertThat(options.socket()).isEqualTo("/run/redis/redis.sock");
    assertThat(options.database()).isEqualTo(2);
  }

  @Test
  void shouldReadSentinels() {
    RedisOptions options = parse("redis-sentinel://a,b:1,[::1]:2/flows?tls=true&verify=ca");
    assertThat(options.mode()).isEqualTo(Mode.SENTINEL);
    assertThat(options.endpoints()).hasToString("[a:26379, b:1, [::1]:2]");
    assertThat(options.master()).isEqualTo("flows");
    assertThat(options.tls()).isNotNull().extracting(RedisOptions.Tls::verify).isEqualTo(Verify.CA);
  }

  @Test
  void shouldReadCluster() {
    RedisOptions options = parse("redis-cluster://a:1,b:2?shards=64");
    assertThat(options.mode()).isEqualTo(Mode.CLUSTER);
    assertThat(options.shards()).isEqualTo(64);
  }

  @Test
  void shouldTakePasswordFromFileAndNeverShowIt() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), "s3cret\n");
    RedisOptions options = parse("rediss://nf@h?passwordFile=" + file);
    assertThat(options.login().user()).isEqualTo("nf");
    assertThat(options.login().password()).isEqualTo("s3cret");
    assertThat(options.toString()).doesNotContain("s3cret");
  }

  @Test
  void shouldRefusePasswordInUriWithoutRepeatingIt() {
    assertThatThrownBy(() -> Stores.open("redis://nf:s3cret@h:1"))
        .isInstanceOf(StoreConfigException.class)
        .hasMessageContaining("passwordFile")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis:host",
        "redis://",
        "redis://h:0",
        "redis://h:99999",
        "redis://h:x",
        "redis://a:1,b:2",
        "redis://h/x",
        "redis://::1:6379",
        "redis://h?database=-1",
        "redis://h?caFile=/nowhere",
        "redis://h?verify=full",
        "redis://h?waitReplicas=x",
        "redis://h?allowEviction=maybe",
        "redis://h?user=nf",
        "redis://nf@h?user=other&passwordEnv=PATH",
        "redis://h?passwordFile=/nowhere/at/all",
        "redis://h?passwordEnv=SNF_NO_SUCH_VARIABLE",
        "redis://h?passwordEnv=PATH&passwordFile=/etc/hostname",
        "redis://h?keyPrefix={x}",
        "rediss://h?tls=false",
        "rediss://h?caFile=/nowhere",
        "rediss://h?verify=perhaps",
        "rediss://h?certFile=/etc/hostname",
        "redis-socket://relative/path",
        "redis-socket:///s?tls=true",
        "redis-sentinel://a:1",
        "redis-cluster://a:1/2",
        "redis-cluster://a:1?database=1",
        "redis-cluster://a:1?shards=0",
        "redis://h?nonsense=1"
      })
  void shouldRefuse(String uri) {
    assertThatThrownBy(() -> Stores.open(uri))
        .isInstanceOf(StoreConfigException.class)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://127.0.0.1:1",
    "redis-sentinel://127.0.0.1:1/m",
    "redis-cluster://127.0.0.1:1"
  })
  void shouldSayInOneLineWhatCannotBeReached(String uri) {
    assertThatThrownBy(() -> Stores.open(uri + "?connectTimeout=2s"))
        .isInstanceOf(org.statelessnf.store.StoreUnavailableException.class)
        .hasMessageContaining("127.0.0.1:1")
        .hasMessageNotContaining("\n");
  }

  private static RedisOptions parse(String uri) {
    return RedisOptions.parse(StoreUri.parse(uri));
  }
}

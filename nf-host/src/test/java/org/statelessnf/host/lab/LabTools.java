package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the live tests start in a lab: a web server, a Redis, and waiting for them. */
final class LabTools {
  private static final long PATIENCE_SECONDS = 120;

  private LabTools() {}

  /** Skips the test, loudly, if a lab with these commands cannot be had. */
  static void assumeLab(String... commands) {
    String missing = Lab.missing(commands);
    Assumptions.assumeTrue(missing == null, () -> "SKIPPED: " + missing);
  }

  /** Waits until it serves. Skips the test, loudly, if DPDK cannot open such a device here. */
  static void awaitServing(SnfProcess snf, String driver) throws InterruptedException {
    try {
      snf.awaitWord("Ctrl-C");
    } catch (LabException e) {
      boolean refused = !snf.process().isAlive() && snf.err().contains("dpdk:" + driver);
      Assumptions.assumeFalse(refused, () -> "SKIPPED: " + e.getMessage());
      throw e;
    }
  }

  /**
   * Starts nginx with a file of random bytes, and waits until it answers.
   *
   * @return the file's content is the same as that of {@code /file} on the server
   */
  static Path webServer(Lab lab, Namespace space, int bytes) throws Exception {
    Path root = Files.createDirectories(lab.directory().resolve("www-" + space.name()));
    Path file = root.resolve("file");
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    Files.write(file, content);
    Path config = root.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off; user root; worker_processes 1; pid %1$s/nginx.pid; error_log %1$s/error.log;
        events { worker_connections 1024; }
        http {
          access_log off; sendfile on; keepalive_timeout 120; client_max_body_size 0;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          server { listen 80; listen [::]:80; location / { root %1$s; } location /who { return 200 "%2$s"; } }
        }
        """
            .formatted(root, space.name()));
    space.start(
        lab.directory().resolve("nginx-" + space.name() + ".log"),
        "nginx",
        "-c",
        config.toString(),
        "-e",
        root + "/error.log");
    await(
        "nginx",
        () -> space.call("curl", "-s", "-o", "/dev/null", "http://127.0.0.1/who").exitCode() == 0);
    return file;
  }

  /** The URI of a store of a kind: caffeine, chronicle or redis. */
  static String store(String kind, Lab lab, Namespace space) throws Exception {
    return switch (kind) {
      case "caffeine" -> "caffeine:";
      case "chronicle" -> "chronicle:" + lab.sharedMemory().resolve("state");
      case "redis" -> LabRedis.start(lab, space);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** Ends snf, checks that all packet buffers are back, and gives its report. */
  static JsonNode end(SnfProcess snf) throws InterruptedException {
    assertThat(snf.terminate()).as(snf.err()).isZero();
    JsonNode report = JsonMapper.builder().build().readTree(snf.out());
    assertThat(report.at("/devices")).hasSize(2);
    for (JsonNode device : report.at("/devices")) {
      assertThat(device.at("/buffersBack").asInt()).isEqualTo(device.at("/buffers").asInt());
    }
    return report;
  }

  /** Something that becomes true. */
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(what + ": not within " + PATIENCE_SECONDS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Downloads a file to the end. */
  static void download(Namespace client, String url, Path to) {
    client.run("curl", "-sS", "--fail", "--max-time", "110", "-o", to.toString(), url);
  }
}

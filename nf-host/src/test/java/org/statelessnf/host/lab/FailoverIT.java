package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two {@code snf} processes, each on its own link, packets of both ends alternating between them
 * whatever their connection. One is killed in the middle of downloads.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailoverIT {
  private static final int DOWNLOADS = 4;
  private static final int BYTES = 8_000_000;

  /** Whoever has got so far waits for the others, however slow the machine is. */
  private static final int FIRST_BYTES = BYTES / 2;

  /**
   * Slow enough that all downloads are under way when the instance dies. Words: URL, bytes before
   * the wait, file that ends the wait, copy.
   */
  private static final String FETCH =
      "set -o pipefail; curl -sS --fail --max-time 300 --limit-rate 2M \"$0\""
          + " | { head -c \"$1\"; until [ -e \"$2\" ]; do sleep 0.02; done; cat; } > \"$3\"";

  @BeforeEach
  void assume() {
    LabTools.assumeLab("nginx", "curl", "bash", "redis-server", "redis-cli");
  }

  @Test
  void shouldLoseNoConnectionAndNoMapping() throws Exception {
    killInTheMiddle("nat", "redis");
  }

  @ParameterizedTest
  @CsvSource({"firewall,chronicle", "firewall,redis", "nat,chronicle"})
  @Tag("long")
  void shouldLoseNoConnectionWithAnyFunctionOnAnySharedStore(String function, String store)
      throws Exception {
    killInTheMiddle(function, store);
  }

  private static void killInTheMiddle(String function, String kind) throws Exception {
    boolean nat = function.equals("nat");
    try (Lab lab = Lab.open()) {
      TwoPaths paths = new TwoPaths(lab, nat);
      String store = LabTools.store(kind, lab, paths.client());
      List<String> options = new ArrayList<>(List.of("--nf", function, "--store", store));
      if (nat) {
        options.addAll(List.of("--external", TwoPaths.EXTERNAL));
      }
      SnfProcess first = paths.launch(lab, 0, options);
      SnfProcess second = paths.launch(lab, 1, options);
      Path file = LabTools.webServer(lab, paths.server(), BYTES);
      first.awaitWord("Ctrl-C");
      second.awaitWord("Ctrl-C");
      paths.split();

      Path go = lab.directory().resolve("go");
      List<Process> downloads = new ArrayList<>();
      for (int i = 0; i < DOWNLOADS; i++) {
        downloads.add(
            paths
                .client()
                .start(
                    lab.directory().resolve("curl" + i),
                    "bash",
                    "-c",
                    FETCH,
                    "http://" + TwoPaths.SERVER + "/file",
                    "" + FIRST_BYTES,
                    go.toString(),
                    copy(lab, i).toString()));
      }
      LabTools.await("downloads", () -> allHave(lab, BYTES / 8));
      List<String> before = peers(paths.server());
      first.kill();
      paths.only(1);
      List<String> after = peers(paths.server());
      Files.createFile(go);
      for (int i = 0; i < DOWNLOADS; i++) {
        assertThat(downloads.get(i).waitFor())
            .as(Files.readString(lab.directory().resolve("curl" + i)))
            .isZero();
        assertThat(copy(lab, i)).hasSameBinaryContentAs(file);
      }

      assertThat(before).as("connections as the server sees them").hasSize(DOWNLOADS);
      assertThat(after).isEqualTo(before);
      assertThat(before)
          .allMatch(peer -> peer.startsWith(nat ? TwoPaths.EXTERNAL : TwoPaths.CLIENT));
      assertThat(second.terminate()).as(second.err()).isZero();
    }
  }

  private static Path copy(Lab lab, int download) {
    return lab.directory().resolve("copy" + download);
  }

  private static boolean allHave(Lab lab, long bytes) throws Exception {
    for (int i = 0; i < DOWNLOADS; i++) {
      if (!Files.exists(copy(lab, i)) || Files.size(copy(lab, i)) < bytes) {
        return false;
      }
    }
    return true;
  }

  /** Addresses and ports that the web server talks to. */
  private static List<String> peers(Namespace server) {
    try (Stream<String> lines =
        server.run("ss", "-Htn", "state", "established", "sport", "=", ":80").lines()) {
      return lines.map(line -> line.strip().split("\\s+", -1)[3]).sorted().toList();
    }
  }
}

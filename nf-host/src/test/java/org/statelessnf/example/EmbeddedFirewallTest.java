package org.statelessnf.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.Traces;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CapturedFrame;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.engine.PipeMetrics;

/** The program of the README works, and the README shows it as it is. */
class EmbeddedFirewallTest {
  @TempDir Path folder;

  @Test
  void shouldFilterACapture() throws IOException, InterruptedException {
    Path out = folder.resolve("out.pcap");
    PipeMetrics metrics =
        EmbeddedFirewall.filter("caffeine:", Traces.file("mid/mix-dev.pcap"), out);
    assertThat(metrics.packetsIn()).isEqualTo(34_362);
    assertThat(metrics.drops(DropReason.UNSOLICITED)).isEqualTo(5);
    long written = 0;
    try (CaptureReader reader = CaptureReader.open(out)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        written++;
      }
    }
    assertThat(written).isEqualTo(metrics.packetsOut());
  }

  @Test
  void shouldBeShownVerbatimInTheReadme() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("README.md"))) {
      root = Objects.requireNonNull(root.getParent(), "not in a checkout");
    }
    String source =
        Files.readString(
            root.resolve("nf-host/src/test/java/org/statelessnf/example/EmbeddedFirewall.java"));
    String body =
        source
            .substring(source.indexOf("    try (StateStore"), source.indexOf("  }\n}"))
            .stripTrailing()
            .stripIndent();
    assertThat(Files.readString(root.resolve("README.md"))).contains(body);
  }
}

package org.statelessnf.nf.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** The example of {@code docs/write-an-nf.md} works, and the page shows it as it is. */
class PacketLimiterTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_000L * SECOND;

  private static Packet packet(int port, long seconds) {
    return FrameBuilder.udp("10.0.0.1", port, "192.0.2.1", 53).at(START + seconds * SECOND).build();
  }

  @Test
  void shouldDropPastTheLimitAndStartAnewAfterAnIdleMinute() {
    try (SequentialRunner runner = new SequentialRunner(new PacketLimiter(2))) {
      assertThat(runner.run(packet(1000, 0)).action()).isEqualTo(Verdict.Action.FORWARD);
      assertThat(runner.run(packet(1000, 1)).action()).isEqualTo(Verdict.Action.FORWARD);
      assertThat(runner.run(packet(1000, 2)).reason()).isEqualTo(DropReason.LIMIT);
      assertThat(runner.run(packet(1001, 2)).action()).isEqualTo(Verdict.Action.FORWARD);
      assertThat(runner.run(packet(1000, 63)).action()).isEqualTo(Verdict.Action.FORWARD);
    }
  }

  @Test
  void shouldLeaveNothingBehindOnceTheTimersHaveFired() {
    try (SequentialRunner runner = new SequentialRunner(new PacketLimiter(2))) {
      runner.run(packet(1000, 0));
      runner.run(packet(1000, 50));
      assertThat(runner.pendingTimers()).isEqualTo(1);
      runner.advanceTo(START + 70 * SECOND);
      assertThat(runner.pendingTimers()).as("used at 50 s: armed again").isEqualTo(1);
      runner.advanceTo(START + 120 * SECOND);
      assertThat(runner.pendingTimers()).isZero();
    }
  }

  @Test
  void shouldBeShownVerbatimInTheDocumentation() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/write-an-nf.md"))) {
      root = Objects.requireNonNull(root.getParent(), "not in a checkout");
    }
    String source =
        Files.readString(
            root.resolve("nf-core/src/test/java/org/statelessnf/nf/example/PacketLimiter.java"));
    String page = Files.readString(root.resolve("docs/write-an-nf.md"));
    assertThat(page).contains(source.substring(source.indexOf("/** Lets each flow")));
  }
}

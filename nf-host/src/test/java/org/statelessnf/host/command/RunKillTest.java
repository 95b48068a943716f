package org.statelessnf.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.statelessnf.conformance.process.Ports;
import org.statelessnf.host.Invocation;
import org.statelessnf.host.OtherSnf;
import org.statelessnf.host.Traces;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two {@code snf run} on {@code ignite:embedded} hold the flows between them, and one ends while
 * both have packets under way, killed or in good order. It had opened all connections, so the other
 * one passes their packets only if nothing is lost that was acknowledged.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RunKillTest {
  private static final int HANDSHAKE = 3;
  private static final int BOTH_RUN = 2000;
  private static final int LOOK_EVERY = 500;

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();

  /** How a run ends. */
  enum End {
    KILL(128 + 9),
    TERM(128 + 15),
    INPUT(0);

    private final int exitCode;

    End(int exitCode) {
      this.exitCode = exitCode;
    }

    private void of(Run run, List<byte[]> more) throws IOException {
      switch (this) {
        case KILL -> run.process.destroyForcibly();
        case TERM -> {
          run.process.destroy();
          run.feed(more);
        }
        case INPUT -> run.in.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLoseNoConnectionWithTheProcessThatEnds(End end) throws Exception {
    Path whole = Traces.file("mid/WebattackXSS.pcap");
    Path begin = part(whole, "begin.pcap", true);
    Path rest = part(whole, "rest.pcap", false);
    List<String> opened = onItsOwn(begin);
    List<byte[]> mixed = records(Traces.file("mid/mix-dev.pcap"));
    Iterator<byte[]> others = mixed.iterator();

    String store =
        "ignite:embedded?port=%d&memory=64m&timeout=60s&connectTimeout=60s&failureTimeout=60s"
            .formatted(Ports.free()); // a busy machine is no lost node
    Run first = new Run("first", store, whole);
    Run second = new Run("second", store, whole);
    for (byte[] record : records(begin)) {
      first.send(record);
    }
    // What has come out is acknowledged. It comes when more goes in: other connections.
    Set<String> acknowledged = new HashSet<>();
    while (!acknowledged.containsAll(opened)) {
      for (int i = 0; i < LOOK_EVERY; i++) {
        if (!others.hasNext()) {
          throw new AssertionError("not all connections were opened: " + first.end());
        }
        first.send(others.next());
      }
      acknowledged.addAll(Captures.frames(first.out));
    }
    Iterator<byte[]> goesOn = records(rest).iterator();
    for (int i = 0; i < BOTH_RUN; i++) {
      first.send(others.next());
      second.send(goesOn.next());
    }
    end.of(first, mixed);
    while (goesOn.hasNext()) {
      second.send(goesOn.next());
    }
    second.in.close();
    assertThat(second.process.waitFor()).as(Files.readString(second.said)).isZero();
    assertThat(first.process.waitFor()).as(Files.readString(first.said)).isEqualTo(end.exitCode);
    assertThat(first.said).content().isEmpty();

    opened.addAll(Captures.frames(second.out));
    JsonNode report = JsonMapper.builder().build().readTree(Files.readString(second.report));
    assertThat(opened)
        .as(report.toString())
        .containsExactlyInAnyOrderElementsOf(onItsOwn(joined(begin, rest)));
    assertThat(report.get("remoteReads").asLong()).isPositive(); // of what the first one owned
  }

  private Path part(Path whole, String name, boolean handshakes) throws IOException {
    return Captures.copy(
        whole, folder.resolve(name), (frame, inFlow) -> inFlow < HANDSHAKE == handshakes);
  }

  private Path joined(Path begin, Path rest) throws IOException {
    Path file = folder.resolve("joined.pcap");
    try (OutputStream stream = Files.newOutputStream(file)) {
      stream.write(header(begin));
      for (Path part : List.of(begin, rest)) {
        for (byte[] packet : records(part)) {
          stream.write(packet);
        }
      }
    }
    return file;
  }

  /** What passes a firewall with a store of its own. */
  private List<String> onItsOwn(Path in) throws IOException {
    Path out = folder.resolve("expected.pcap");
    Invocation.snf(RunTakeOverTest.run("caffeine:", in, out).toArray(String[]::new)).json();
    return Captures.frames(out);
  }

  private static byte[] header(Path pcap) throws IOException {
    return Arrays.copyOf(Files.readAllBytes(pcap), 24);
  }

  /** The packets of a classic capture of this byte order, each with its header. */
  private static List<byte[]> records(Path pcap) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(pcap)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getInt(0)).isEqualTo(0xa1b2c3d4);
    List<byte[]> records = new ArrayList<>();
    bytes.position(24);
    while (bytes.hasRemaining()) {
      byte[] record = new byte[16 + bytes.getInt(bytes.position() + 8)];
      bytes.get(record);
      records.add(record);
    }
    return records;
  }

  /** A run that is sent its packets by this test. */
  private final class Run {
    final Process process;
    final OutputStream in;
    final Path out;
    final Path report;
    final Path said;

    /** Returns when it is a node of the cluster. */
    Run(String name, String store, Path like) throws IOException, InterruptedException {
      this.out = folder.resolve(name + ".pcap");
      this.report = folder.resolve(name + ".json");
      this.said = folder.resolve(name + ".txt");
      this.process =
          OtherSnf.of(RunTakeOverTest.run(store, Path.of("-"), out))
              .redirectOutput(report.toFile())
              .redirectError(said.toFile())
              .start();
      started.add(process);
      this.in = process.getOutputStream();
      send(header(like));
      in.flush();
      while (!Files.exists(out)) {
        assertThat(process.isAlive()).as(Files.readString(said)).isTrue();
        Thread.sleep(20);
      }
    }

    void send(byte[] bytes) throws IOException {
      in.write(bytes);
    }

    /** Ends its input; what it says then, and its report. */
    String end() throws IOException, InterruptedException {
      in.close();
      process.waitFor();
      return Files.readString(said) + Files.readString(report);
    }

    /** Sends until nobody reads it any more: a run that waits for its input cannot end in order. */
    void feed(List<byte[]> packets) {
      Thread feeder =
          new Thread(() -> {
            try {
              while (true) {
                for (byte[] packet : packets) {
                  send(packet);
                }
              }
            } catch (IOException e) {
              assertThat(e).hasMessageMatching("Broken pipe|Stream Closed|Stream closed");
            }
          });
      feeder.setDaemon(true);
      feeder.start();
    }
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }
}

package org.statelessnf.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.Invocation;
import org.statelessnf.host.OtherSnf;
import org.statelessnf.host.Traces;

/** {@code snf run} in two processes on one {@code chronicle:} store. */
class RunTakeOverTest {
  private static final int PARTS = 3;

  @TempDir Path folder;

  @Test
  void shouldTakeOverTheFlowsOfAnotherProcess() throws Exception {
    Path whole = Traces.file("mid/mix-dev.pcap");
    Path expected = folder.resolve("expected.pcap");
    Invocation.snf(run("caffeine:", whole, expected).toArray(String[]::new)).json();

    String store = "chronicle:" + folder.resolve("store") + "?connectTimeout=60s&timeout=60s";
    List<String> out = new ArrayList<>();
    // The first part in this process, which has the store open until the end of its run; the
    // second in another one, the third in this one again: flows go back and forth.
    for (int part = 0; part < PARTS; part++) {
      Path in = part(whole, part);
      Path forwarded = folder.resolve("out" + part + ".pcap");
      List<String> arguments = run(store, in, forwarded);
      if (part % 2 == 0) {
        Invocation.snf(arguments.toArray(String[]::new)).json();
      } else {
        runElsewhere(arguments);
      }
      out.addAll(Captures.frames(forwarded));
    }
    List<String> atOnce = Captures.frames(expected);
    assertThat(out).hasSameSizeAs(atOnce).containsExactlyInAnyOrderElementsOf(atOnce);
  }

  static List<String> run(String store, Path in, Path out) {
    return List.of(
        "run",
        "--nf",
        "firewall",
        "--mode",
        "strict",
        "--store",
        store,
        "--in",
        in.toString(),
        "--out",
        out.toString(),
        "-o",
        "json");
  }

  private void runElsewhere(List<String> arguments) throws IOException, InterruptedException {
    File said = folder.resolve("said.txt").toFile();
    Process process = OtherSnf.of(arguments).redirectErrorStream(true).redirectOutput(said).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(said.toPath())).isZero();
  }

  /** A part of a capture, in order. */
  private Path part(Path whole, int part) throws IOException {
    long count = Captures.frames(whole).size();
    return Captures.copy(
        whole,
        folder.resolve("in" + part + ".pcap"),
        (frame, inFlow) -> frame * (long) PARTS / count == part);
  }
}

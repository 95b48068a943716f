package org.statelessnf.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./snf} as a user starts it: in a process of its own, building first when it must. */
class LauncherIT {
  private static final Path LAUNCHER =
      Path.of("../snf").toAbsolutePath().normalize(); // tests run in the module's directory

  @TempDir private Path directory;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldPrintOnlyTheCommandsOutputWhenStartedThroughALinkFromElsewhere() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("linked"), LAUNCHER);
    Started first = start(link, "--version");
    Started second = start(link, "--version");

    assertThat(first.await()).as(first.said()).isZero();
    assertThat(second.await()).as(second.said()).isZero();
    assertThat(first.printed()).singleElement().asString().startsWith("snf ");
    assertThat(second.printed()).isEqualTo(first.printed());
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldPassOnTheUsageExitCode() throws Exception {
    Started started = start(LAUNCHER, "no-such-command");

    assertThat(started.await()).as(started.said()).isEqualTo(2);
    assertThat(started.printed()).isEmpty();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldPrintOnlyTheTableOfAConformanceRun() throws Exception {
    Started started = start(LAUNCHER, "conformance", "--store", "caffeine:", "--rule", "V01,C01");

    assertThat(started.await()).as(started.said()).isZero();
    assertThat(started.printed()).hasSize(4); // header, two rules, sum
    assertThat(started.printed().getLast()).startsWith("caffeine:  keeps the rules tried");
  }

  private Started start(Path command, String... arguments) throws IOException {
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().close();
    return new Started(process, out, err);
  }

  private record Started(Process process, Path out, Path err) {
    int await() throws InterruptedException {
      return process.waitFor();
    }

    List<String> printed() throws IOException {
      return Files.readAllLines(out, StandardCharsets.UTF_8);
    }

    String said() throws IOException {
      return Files.readString(err, StandardCharsets.UTF_8);
    }
  }
}

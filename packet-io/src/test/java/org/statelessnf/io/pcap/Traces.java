package org.statelessnf.io.pcap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The captures that tests read in place: {@code -Dsnf.traces}, else {@code $SNF_TRACES}, else
 * {@code ../shared/traces} beside the project. A test that asks for a missing one is skipped and
 * says so.
 */
final class Traces {
  private Traces() {}

  static Path file(String name) {
    Path file = directory().resolve(name);
    Assumptions.assumeTrue(Files.isReadable(file), () -> "SKIPPED: no capture " + file);
    return file;
  }

  /** All captures up to {@code maxBytes} large, in a fixed order. */
  static List<Path> upTo(long maxBytes) {
    try (Stream<Path> files = Files.walk(directory())) {
      return files
          .filter(file -> file.toString().endsWith(".pcap") || file.toString().endsWith(".pcapng"))
          .filter(file -> file.toFile().length() <= maxBytes)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory() {
    Path directory = configured();
    if (directory == null) {
      directory = projectRoot().resolveSibling("shared").resolve("traces");
    }
    Path looked = directory;
    Assumptions.assumeTrue(
        Files.isDirectory(looked),
        () -> "SKIPPED: no captures in " + looked + "; set -Dsnf.traces or SNF_TRACES");
    return looked;
  }

  private static @Nullable Path configured() {
    String named = System.getProperty("snf.traces", System.getenv("SNF_TRACES"));
    return named == null || named.isEmpty() ? null : Path.of(named);
  }

  private static Path projectRoot() {
    Path directory = Path.of("").toAbsolutePath();
    for (Path at = directory; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(".mvn"))) {
        return at;
      }
    }
    return directory;
  }
}

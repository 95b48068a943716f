package org.statelessnf.host;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The captures that tests read in place: {@code -Dsnf.traces}, else {@code $SNF_TRACES}, else
 * {@code ../shared/traces} beside the project. A test that asks for a missing one is skipped and
 * says so.
 */
public final class Traces {
  private Traces() {}

  /** A capture, such as {@code mid/mix-dev.pcap}. */
  public static Path file(String name) {
    Path file = directory().resolve(name);
    Assumptions.assumeTrue(Files.isReadable(file), () -> "SKIPPED: no capture " + file);
    return file;
  }

  /** Where captures are looked for. */
  public static Path directory() {
    String named = System.getProperty("snf.traces", System.getenv("SNF_TRACES"));
    return named == null || named.isEmpty()
        ? projectRoot().resolveSibling("shared").resolve("traces")
        : Path.of(named);
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

package org.statelessnf.store.ignite;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.statelessnf.store.StoreUnavailableException;

/**
 * The directory that a node insists on, among the temporary files and named by the process: a
 * process that was killed leaves its own behind, and the next one removes it.
 */
final class WorkDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(WorkDirectory.class);
  private static final String PREFIX = "snf-ignite-";

  private WorkDirectory() {}

  /** Makes one, readable by its owner alone. */
  static Path create() {
    try {
      Path parent = Path.of(System.getProperty("java.io.tmpdir"));
      removeThoseOfTheDead(parent);
      return Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-");
    } catch (IOException e) {
      throw new StoreUnavailableException("no temporary directory for the Ignite node: " + e, e);
    }
  }

  private static void removeThoseOfTheDead(Path parent) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path path : left) {
        String rest = path.getFileName().toString().substring(PREFIX.length());
        int dash = rest.indexOf('-');
        if (dash > 0 && rest.substring(0, dash).matches("[0-9]{1,18}")) {
          long pid = Long.parseLong(rest.substring(0, dash));
          if (ProcessHandle.of(pid).isEmpty() && Files.isWritable(path)) {
            remove(path);
          }
        }
      }
    }
  }

  /** Removes one; what cannot be removed stays, and is told in the log. */
  static void remove(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} was removed by another process", directory);
    } catch (IOException | java.io.UncheckedIOException e) {
      LOG.info("{} stays behind", directory, e);
    }
  }
}

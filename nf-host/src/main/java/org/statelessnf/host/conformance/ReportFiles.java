package org.statelessnf.host.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.ConformanceRunner;
import org.statelessnf.conformance.report.Certificate;
import org.statelessnf.conformance.report.ConformanceResult;
import org.statelessnf.conformance.report.JunitXml;
import org.statelessnf.host.UsageException;

/** Where the reports of a run go. Thread-safe. */
public final class ReportFiles {
  private final List<Path> junit = new ArrayList<>();
  private final List<Path> certificates = new ArrayList<>();

  /**
   * Makes the directories and makes sure that the files can be written, before the work and not
   * after it.
   *
   * @param directory for both reports under their usual names; null for none
   * @param junit further file for JUnit XML; null for none
   * @param certificate further file for the certificate; null for none
   * @throws UsageException if one of them cannot be written
   */
  public ReportFiles(@Nullable Path directory, @Nullable Path junit, @Nullable Path certificate) {
    if (directory != null) {
      add(this.junit, directory.resolve(ConformanceRunner.JUNIT_XML), "--report");
      add(this.certificates, directory.resolve(ConformanceRunner.CERTIFICATE), "--report");
    }
    if (junit != null) {
      add(this.junit, junit, "--junit");
    }
    if (certificate != null) {
      add(this.certificates, certificate, "--certificate");
    }
  }

  private static void add(List<Path> files, Path file, String option) {
    Path absolute = file.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory == null || Files.isDirectory(absolute)) {
      throw new UsageException(option + " " + file + " is a directory");
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UsageException(option + ": cannot make the directory " + directory, e);
    }
    if (!Files.isWritable(Files.exists(absolute) ? absolute : directory)) {
      throw new UsageException(option + ": cannot write " + file);
    }
    files.add(absolute);
  }

  /**
   * Writes them.
   *
   * @param result of the run
   * @throws IOException if a file cannot be written
   */
  public void write(ConformanceResult result) throws IOException {
    for (Path file : junit) {
      Files.writeString(file, JunitXml.of(result));
    }
    for (Path file : certificates) {
      Files.writeString(file, Certificate.of(result));
    }
  }
}

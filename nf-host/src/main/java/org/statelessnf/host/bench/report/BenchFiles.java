package org.statelessnf.host.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.statelessnf.host.Json;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.bench.report.FunctionReport.RoundTrip;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;

/** Where the reports of a benchmark go, and how they come back. */
public final class BenchFiles {
  /** The report as data. */
  public static final String JSON = "bench.json";

  /** The report as a page. */
  public static final String PAGE = "bench.html";

  /** Directory of the percentile distributions, in HdrHistogram's own text format. */
  public static final String HGRM = "hgrm";

  private static final int TICKS_PER_HALF = 5;
  private static final double MICROS = 1e3;

  private final Path directory;

  /**
   * Makes the directory and makes sure that files can be written, before the work and not after it.
   *
   * @param directory for all files
   * @throws UsageException if they cannot be written
   */
  public BenchFiles(Path directory) {
    this.directory = directory;
    Path hgrm = directory.resolve(HGRM);
    try {
      Files.createDirectories(hgrm);
    } catch (IOException e) {
      throw new UsageException("--report: cannot make the directory " + hgrm, e);
    }
    if (!Files.isWritable(directory) || !Files.isWritable(hgrm)) {
      throw new UsageException("--report: cannot write into " + directory);
    }
  }

  /**
   * Writes them all.
   *
   * @param report what was found
   * @param page the same as a page
   * @throws IOException if one cannot be written
   */
  public void write(BenchReport report, String page) throws IOException {
    Files.writeString(directory.resolve(JSON), Json.valueText(report));
    Files.writeString(directory.resolve(PAGE), page);
    Set<String> names = new HashSet<>();
    for (StoreReport store : report.stores()) {
      String name = fileName(store.store());
      while (!names.add(name)) {
        name += "_";
      }
      for (OperationReport operation : store.operations()) {
        if (operation.latency() != null) {
          hgrm(name + "-" + fileName(operation.operation()), operation.latency().latency());
        }
      }
    }
    for (FunctionReport function : report.functions()) {
      RoundTrip roundTrip = function.roundTrip();
      if (roundTrip != null) {
        String name = fileName(function.store()) + "-nf-" + function.function();
        while (!names.add(name)) {
          name += "_";
        }
        hgrm(name, roundTrip.latency());
      }
    }
  }

  private void hgrm(String name, Distribution distribution) throws IOException {
    Path file = directory.resolve(HGRM).resolve(name + ".hgrm");
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      distribution.histogram().outputPercentileDistribution(out, TICKS_PER_HALF, MICROS);
      if (out.checkError()) {
        throw new IOException(file + " cannot be written");
      }
    }
  }

  private static String fileName(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-");
    return plain.replaceAll("^[-.]+|[-.]+$", "");
  }

  /**
   * Reads a report.
   *
   * @param file that {@link #write} wrote
   * @throws UsageException if it is none
   */
  public static BenchReport read(Path file) {
    BenchReport report;
    try {
      report = Json.value(Files.readString(file), BenchReport.class);
    } catch (IOException e) {
      throw new UsageException(file + " cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(file + " is no report of snf bench: " + e.getMessage(), e);
    }
    if (!BenchReport.FORMAT.equals(report.format())) {
      throw new UsageException(
          "%s is no report of snf bench: its format is %s, not %s"
              .formatted(file, report.format(), BenchReport.FORMAT));
    }
    return report;
  }
}

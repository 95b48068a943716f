import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Sums up the surefire and failsafe reports of every module. Run as a single file by {@code
 * ./verify}: {@code java TestSummary.java ROOT BUILD_EXIT_CODE}. The last line it prints is {@code N
 * passed, N failed, N skipped}; a build that failed although no test did (the compiler, the
 * formatter, a crashed test JVM) counts as one failure, as do an unreadable report and a run
 * without any test. Exit code 1 when something failed.
 */
final class TestSummary {
  private final Map<String, Counts> modules = new TreeMap<>();
  private final Map<String, Integer> skips = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  private static final class Counts {
    int passed;
    int failed;
    int skipped;
  }

  public static void main(String[] args) throws IOException, ParserConfigurationException {
    if (args.length != 2) {
      System.err.println("usage: java TestSummary.java ROOT BUILD_EXIT_CODE");
      System.exit(2);
    }
    TestSummary summary = new TestSummary();
    summary.readAll(Path.of(args[0]));
    System.exit(summary.print(args[1].equals("0")) ? 0 : 1);
  }

  private void readAll(Path root) throws IOException, ParserConfigurationException {
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    parser.setErrorHandler(null); // the exception says it all
    for (String kind : List.of("surefire-reports", "failsafe-reports")) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(root, Files::isDirectory)) {
        for (Path module : children) {
          Path reports = module.resolve("target").resolve(kind);
          if (Files.isDirectory(reports)) {
            readModule(module.getFileName().toString(), reports, parser);
          }
        }
      }
    }
  }

  private void readModule(String module, Path reports, DocumentBuilder parser) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
      for (Path file : files) {
        try {
          readSuite(module, parser.parse(file.toFile()).getDocumentElement());
        } catch (SAXException e) {
          modules.computeIfAbsent(module, key -> new Counts()).failed++;
          failures.add("unreadable report " + file + ": " + e.getMessage());
        }
      }
    }
  }

  private void readSuite(String module, Element suite) {
    Counts counts = modules.computeIfAbsent(module, key -> new Counts());
    for (Node node = suite.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (!(node instanceof Element test) || !test.getTagName().equals("testcase")) {
        continue;
      }
      String className = test.getAttribute("classname");
      Element failure = child(test, "failure");
      Element error = failure == null ? child(test, "error") : failure;
      Element skipped = child(test, "skipped");
      if (error != null) {
        counts.failed++;
        failures.add(
            "%s %s.%s: %s"
                .formatted(
                    module, className, test.getAttribute("name"), firstLine(message(error))));
      } else if (skipped != null) {
        counts.skipped++;
        skips.merge(
            "%s %s: %s".formatted(module, className, firstLine(message(skipped))), 1, Integer::sum);
      } else {
        counts.passed++;
      }
    }
  }

  private static Element child(Element parent, String tag) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(tag)) {
        return element;
      }
    }
    return null;
  }

  private static String message(Element element) {
    String message = element.getAttribute("message");
    return message.isBlank() ? element.getTextContent() : message;
  }

  private static String firstLine(String text) {
    String line = text.strip().lines().findFirst().orElse("no reason given");
    String aborted = "org.opentest4j.TestAbortedException: ";
    return line.startsWith(aborted) ? line.substring(aborted.length()) : line;
  }

  private boolean print(boolean buildSucceeded) {
    Counts total = new Counts();
    System.out.printf("%n%-24s %8s %8s %8s%n", "module", "passed", "failed", "skipped");
    modules.forEach(
        (module, counts) -> {
          System.out.printf(
              "%-24s %8d %8d %8d%n", module, counts.passed, counts.failed, counts.skipped);
          total.passed += counts.passed;
          total.failed += counts.failed;
          total.skipped += counts.skipped;
        });
    System.out.println();
    skips.forEach(
        (what, count) ->
            System.out.println("SKIPPED: " + what + (count > 1 ? " (" + count + " tests)" : "")));
    if (total.failed == 0 && !buildSucceeded) {
      total.failed++;
      failures.add("the build itself: see Maven's errors above");
    } else if (total.passed + total.failed == 0) {
      total.failed++;
      failures.add("no test ran");
    }
    failures.forEach(what -> System.out.println("FAILED: " + what));
    System.out.printf(
        "%d passed, %d failed, %d skipped%n", total.passed, total.failed, total.skipped);
    return total.failed == 0;
  }
}

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Checks that the tests named in {@code docs/rfc-conformance.md} ran in this build and passed. Run
 * as a single file by {@code ./verify}: {@code java RfcResults.java ROOT}. Exit code 1 if not.
 */
final class RfcResults {
  private static final Pattern TEST = Pattern.compile("`([A-Za-z0-9_]+Test)\\.([A-Za-z0-9_]+)`");

  private RfcResults() {}

  public static void main(String[] args)
      throws IOException, ParserConfigurationException, SAXException {
    Path root = Path.of(args[0]);
    TreeSet<String> named = new TreeSet<>();
    Matcher matcher = TEST.matcher(Files.readString(root.resolve("docs/rfc-conformance.md")));
    while (matcher.find()) {
      named.add(matcher.group(1) + "." + matcher.group(2));
    }
    Path reports = root.resolve("nf-core/target/surefire-reports");
    Map<String, Boolean> results = Files.isDirectory(reports) ? results(reports) : Map.of();
    List<String> wrong = new ArrayList<>();
    for (String test : named) {
      if (!results.getOrDefault(test, false)) {
        wrong.add(test + (results.containsKey(test) ? " did not pass" : " did not run"));
      }
    }
    System.out.println(
        "RFC requirements: " + (named.size() - wrong.size()) + " tests of " + named.size()
            + " that docs/rfc-conformance.md names have passed");
    wrong.forEach(line -> System.out.println("  " + line));
    System.exit(wrong.isEmpty() && !named.isEmpty() ? 0 : 1);
  }

  private static Map<String, Boolean> results(Path reports)
      throws IOException, ParserConfigurationException, SAXException {
    Map<String, Boolean> results = new HashMap<>();
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
      for (Path file : files) {
        NodeList cases = parser.parse(file.toFile()).getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
          Element test = (Element) cases.item(i);
          String type = test.getAttribute("classname").replaceFirst(".*[.]", "");
          // Tests with parameters are named "method(Type)[1]" or so.
          String name = test.getAttribute("name").replaceFirst("[^A-Za-z0-9_].*", "");
          boolean passed =
              test.getElementsByTagName("failure").getLength() == 0
                  && test.getElementsByTagName("error").getLength() == 0
                  && test.getElementsByTagName("skipped").getLength() == 0;
          results.merge(type + "." + name, passed, Boolean::logicalAnd);
        }
      }
    }
    return results;
  }
}

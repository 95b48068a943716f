package org.statelessnf.conformance.report;

import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The result in the XML that build servers read. */
public final class JunitXml {
  private JunitXml() {}

  /**
   * Writes it.
   *
   * @param result of a run
   */
  public static String of(ConformanceResult result) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      newLine(xml, 0);
      write(xml, result);
      newLine(xml, 0);
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("cannot write XML into memory", e);
    }
    return text.toString();
  }

  private static void write(XMLStreamWriter xml, ConformanceResult result)
      throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "conformance " + result.store().uri());
    xml.writeAttribute("tests", Integer.toString(result.rules().size()));
    xml.writeAttribute("failures", Integer.toString(result.count(RuleResult.Status.FAILED)));
    xml.writeAttribute("errors", Integer.toString(result.problems().size()));
    xml.writeAttribute("skipped", Integer.toString(result.count(RuleResult.Status.SKIPPED)));
    xml.writeAttribute("time", seconds(result.took().toMillis()));
    xml.writeAttribute("timestamp", result.started().truncatedTo(ChronoUnit.SECONDS).toString());
    newLine(xml, 1);
    xml.writeStartElement("properties");
    property(xml, "store", result.store().description());
    property(xml, "seed", Long.toString(result.seed()));
    property(xml, "scale", Double.toString(result.scale()));
    newLine(xml, 1);
    xml.writeEndElement();
    for (RuleResult rule : result.rules()) {
      newLine(xml, 1);
      write(xml, rule);
    }
    if (!result.problems().isEmpty()) {
      newLine(xml, 1);
      text(xml, "system-err", String.join("\n", result.problems()));
    }
    newLine(xml, 0);
    xml.writeEndElement();
  }

  private static void write(XMLStreamWriter xml, RuleResult result) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "conformance." + result.rule().id().charAt(0));
    xml.writeAttribute("name", result.rule().method());
    xml.writeAttribute("time", seconds(result.took().toMillis()));
    switch (result.status()) {
      case PASSED -> {}
      case SKIPPED -> {
        xml.writeEmptyElement("skipped");
        xml.writeAttribute("message", clean(result.reason()));
      }
      case FAILED -> {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", clean(result.reason()));
        xml.writeCharacters(clean(result.details()));
        xml.writeEndElement();
      }
    }
    if (!result.measurements().isEmpty()) {
      StringBuilder measured = new StringBuilder();
      for (Map.Entry<String, String> one : result.measurements().entrySet()) {
        measured.append(one.getKey()).append(": ").append(one.getValue()).append('\n');
      }
      text(xml, "system-out", measured.toString());
    }
    xml.writeEndElement();
  }

  private static void property(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    newLine(xml, 2);
    xml.writeEmptyElement("property");
    xml.writeAttribute("name", name);
    xml.writeAttribute("value", clean(value));
  }

  private static void text(XMLStreamWriter xml, String element, String text)
      throws XMLStreamException {
    xml.writeStartElement(element);
    xml.writeCharacters(clean(text));
    xml.writeEndElement();
  }

  private static void newLine(XMLStreamWriter xml, int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.3f", millis / 1e3);
  }

  /** Without the characters that XML cannot hold. */
  private static String clean(String text) {
    return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
  }
}

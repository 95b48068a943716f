package org.statelessnf.host.bench.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.statelessnf.host.bench.report.BenchReport;
import org.statelessnf.host.bench.report.Samples;
import org.statelessnf.host.bench.report.StoreReport;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class BenchPageTest {
  private static Document parse(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  @Test
  void shouldBeWellFormedAndNeedNoNetwork() throws Exception {
    String page = BenchPage.of(Samples.report(1));
    Document document = parse(page);
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("html");
    assertThat(page)
        .doesNotContain(
            "http://", "https://", "<script", "<link", "<img", "NaN", "Infinity", "null");
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(4);
  }

  @Test
  void shouldHoldTheFiguresAndWhereTheyAreFrom() throws Exception {
    Document document = parse(BenchPage.of(Samples.report(1)));
    String text = document.getDocumentElement().getTextContent();
    assertThat(text)
        .contains("one:", "two:?a=<b>", "a store <1.0> & more")
        .contains("snf bench --store one:,two:", "4711", "2 processors", "a machine")
        .contains("linearizable", "increment, scan", "unsupported: timers", "{FULL=7}")
        .contains("500.2\u00a0µs", "990.2\u00a0µs", "999.4\u00a0µs") // percentiles of one:, read
        .contains("pays where more than 33 % of lookups miss", "1.23\u00a0%")
        .contains("firewall, long flows", "parse and forward");
    Element first = (Element) document.getElementsByTagName("svg").item(0);
    NodeList titles = first.getElementsByTagName("title");
    assertThat(titles.item(0).getTextContent()).startsWith("one:, read: p50 500.2 µs");
  }

  @Test
  void shouldDoWithoutWhatWasNotMeasured() throws Exception {
    BenchReport full = Samples.report(1);
    StoreReport store = full.stores().getFirst();
    OperationReport unsupported = store.operations().get(3);
    StoreReport bare =
        new StoreReport(
            store.store(),
            store.description(),
            store.capabilities(),
            List.of(unsupported, new OperationReport("x", 1, "SCAN", null, List.of(), Map.of())),
            null);
    String page =
        BenchPage.of(new BenchReport(full.format(), full.setting(), List.of(bare), List.of()));
    assertThat(parse(page).getElementsByTagName("svg").getLength()).isEqualTo(1);
    assertThat(page).contains("unsupported: filter", "unsupported: scan").doesNotContain("NaN");
  }

  @Test
  void shouldPlaceValuesOnALogarithmicAxis() {
    Axis axis = Axis.over(List.of(3.0, 700.0, 0.0), 100, 400);
    assertThat(axis.at(2)).isCloseTo(100, within(1e-9));
    assertThat(axis.at(1_000)).isCloseTo(400, within(1e-9));
    assertThat(axis.at(20) - axis.at(2)).isCloseTo(axis.at(200) - axis.at(20), within(1e-9));
    assertThat(axis.at(0)).isEqualTo(100);
    assertThat(axis.at(1e9)).isEqualTo(400);
    assertThat(axis.ticks()).containsExactly(10.0, 100.0, 1_000.0);
    assertThat(Axis.over(List.of(5.0), 0, 1).ticks()).containsExactly(5.0, 10.0, 20.0, 50.0);
    assertThat(Axis.over(List.of(), 0, 1).ticks()).isNotEmpty();
  }

  @Test
  void shouldShortenNumbers() {
    assertThat(List.of(Units.rate(999), Units.rate(1_234), Units.rate(56_789), Units.rate(2.34e6)))
        .containsExactly("999", "1.2 k", "57 k", "2.3 M");
    assertThat(Units.nanos(10_000)).isEqualTo("10 µs");
  }
}

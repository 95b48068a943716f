package org.statelessnf.host.demo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.statelessnf.host.Text;
import org.statelessnf.host.page.BarChart;
import org.statelessnf.host.page.BarChart.Bar;
import org.statelessnf.host.page.PageStyle;
import org.statelessnf.host.page.Svg;

/** The page that the demo leaves: one file that needs no other. */
final class ReportPage {
  private final List<SceneResult> results;
  private final Setting setting;
  private final StringBuilder page = new StringBuilder();

  /**
   * Where and how the demo ran.
   *
   * @param command the command line
   * @param seed of the traffic
   * @param instances how many shared the work
   * @param store what the state was in
   * @param host processors, memory, operating system
   * @param jvm name and version
   * @param version of this project
   * @param time when
   */
  record Setting(
      String command,
      long seed,
      int instances,
      String store,
      String host,
      String jvm,
      String version,
      String time) {}

  ReportPage(List<SceneResult> results, Setting setting) {
    this.results = results;
    this.setting = setting;
  }

  String html() {
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .append("<title>StatelessNF demo</title>\n<style>\n")
        .append(PageStyle.CSS)
        .append("</style>\n</head>\n<body>\n<main>\n");
    verdict();
    kills();
    latencies();
    drops();
    state();
    setting();
    return page.append("</main>\n</body>\n</html>\n").toString();
  }

  private static String escape(String raw) {
    return Svg.escape(raw);
  }

  private void section(String title, String words) {
    page.append("<h2>").append(escape(title)).append("</h2>\n<p>").append(words).append("</p>\n");
  }

  private void legend(String... stylesAndNames) {
    page.append("<p class=\"legend\">");
    for (int i = 0; i < stylesAndNames.length; i += 2) {
      page.append("<span class=\"key ")
          .append(stylesAndNames[i])
          .append("\"></span>")
          .append(escape(stylesAndNames[i + 1]))
          .append(' ');
    }
    page.append("</p>\n");
  }

  private void verdict() {
    boolean unnoticed =
        results.stream().allMatch(result -> result.sharedComparison().isUnnoticed());
    page.append("<header>\n<p class=\"eyebrow\">StatelessNF demo</p>\n<h1>")
        .append(
            unnoticed
                ? "One of %d instances died half-way. No connection noticed."
                    .formatted(setting.instances())
                : "One of %d instances died half-way, and connections noticed."
                    .formatted(setting.instances()))
        .append("</h1>\n<p class=\"lead\">Every packet went to another instance in turn. ")
        .append("The instances share nothing but a store. One was killed without a flush or a ")
        .append("goodbye; what it held died with it, as on a wire. Everything else came out as ")
        .append("from a single instance.</p>\n</header>\n<div class=\"scroll\"><table>\n")
        .append("<thead><tr><th>network function<th>packets<th>conversations across the kill")
        .append("<th>died with the instance<th>disturbed<th>disturbed with state in the instances")
        .append("</tr></thead>\n<tbody>\n");
    for (SceneResult result : results) {
      Comparison shared = result.sharedComparison();
      Comparison apart = result.apartComparison();
      page.append("<tr><th>")
          .append(escape(result.scene().title()))
          .append(cell(Text.count(result.scene().trace().size())))
          .append(cell(Text.count(shared.across())))
          .append(cell(Text.plural(result.shared().result().lostWithInstance(), "packet")))
          .append(cell(disturbed(shared), shared.isUnnoticed() ? "good" : "bad"))
          .append(
              cell(
                  Text.plural(apart.disturbed(), "conversation")
                      + ", "
                      + Text.plural(apart.refused().cardinality(), "packet"),
                  apart.disturbed() > 0 ? "bad" : ""))
          .append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }

  private static String disturbed(Comparison comparison) {
    return comparison.isUnnoticed()
        ? "none"
        : "%d, %d refused, %d extra, %d wrong"
            .formatted(
                comparison.disturbed(),
                comparison.refused().cardinality(),
                comparison.extra().cardinality(),
                comparison.wrong());
  }

  private static String cell(String text) {
    return cell(text, "");
  }

  private static String cell(String text, String style) {
    return "<td" + (style.isEmpty() ? "" : " class=\"" + style + "\"") + ">" + escape(text);
  }

  private void kills() {
    section(
        "What happened at the kill",
        "Above, the share of each instance: the others take over with the next packet. Below,"
            + " packets that a single instance would have let pass. With the state in the store"
            + " there are none. For comparison, the same instances with a store each, as instances"
            + " are that keep their state to themselves: the dead one's connections are strangers"
            + " to the others, and end.");
    legend(
        "dead",
        "the instance that dies",
        "many",
        "state in the store",
        "apart",
        "state in the instances");
    for (SceneResult result : results) {
      page.append("<figure><figcaption>")
          .append(escape(result.scene().title()))
          .append("</figcaption>\n")
          .append(new KillChart(result, setting.instances()).draw())
          .append("</figure>\n");
    }
  }

  private void latencies() {
    section(
        "Latency",
        "From receipt to release, at %s packets/s: one instance with an in-process store (the"
                .formatted(Text.count(Demo.MEASURED_RATE))
            + " baseline) and "
            + setting.instances()
            + " instances that share <code>"
            + escape(setting.store())
            + "</code>. A packet is released only after the writes it caused are acknowledged."
            + " What arrives together is handled together, so a packet waits for fewer neighbours"
            + " where several instances share the load.");
    legend("one", "baseline", "many", setting.instances() + " stateless instances");
    page.append("<div class=\"row\">\n");
    for (SceneResult result : results) {
      LatencyChart chart = new LatencyChart(result.wholeLatency(), result.sharedLatency());
      page.append("<figure>")
          .append(chart.draw(result.scene().title(), result.wholeLatency(), result.sharedLatency()))
          .append("</figure>\n");
    }
    page.append("</div>\n<div class=\"scroll\"><table>\n<thead><tr><th>network function<th>")
        .append("<th>p50<th>p95<th>p99<th>p99.9<th>max</tr></thead>\n<tbody>\n");
    for (SceneResult result : results) {
      latencyRow(result.scene().title(), "baseline", result.wholeLatency());
      latencyRow("", setting.instances() + " stateless", result.sharedLatency());
    }
    page.append("</tbody></table></div>\n");
  }

  private void latencyRow(String title, String kind, Histogram latency) {
    page.append("<tr><th>").append(escape(title)).append("<td class=\"text\">").append(kind);
    for (double percentile : new double[] {50, 95, 99, 99.9}) {
      page.append(cell(Text.nanos(latency.getValueAtPercentile(percentile))));
    }
    page.append(cell(Text.nanos(latency.getMaxValue()))).append("</tr>\n");
  }

  private void drops() {
    section(
        "Drops by reason",
        "What a single instance dropped, and the same with the state in the store and an instance"
            + " killed. The two agree, but for packets that died before they could be judged.");
    legend("one", "one instance", "many", "stateless, one killed");
    BarChart chart = new BarChart();
    for (SceneResult result : results) {
      Map<String, Long> whole = Demo.drops(result.whole().result());
      Map<String, Long> shared = Demo.drops(result.shared().result());
      Set<String> reasons = new LinkedHashSet<>(whole.keySet());
      reasons.addAll(shared.keySet());
      for (String reason : reasons) {
        List<Bar> bars = new ArrayList<>();
        bars.add(drop("one", reason, whole.getOrDefault(reason, 0L)));
        bars.add(drop("many", reason, shared.getOrDefault(reason, 0L)));
        chart.group(shortTitle(result) + ": " + reason, bars);
      }
    }
    page.append("<figure>").append(chart.draw("drops by reason")).append("</figure>\n");
  }

  private static String shortTitle(SceneResult result) {
    return result.scene().name();
  }

  private static Bar drop(String style, String reason, long count) {
    return new Bar(style, count, Text.count(count), reason + ": " + Text.count(count));
  }

  private void state() {
    section(
        "The state in the store",
        "Some of what the instances left there, as <code>snf state list</code> shows it.");
    page.append("<pre>");
    for (SceneResult result : results) {
      for (StateExcerpt.TableExcerpt table : result.state().tables()) {
        page.append(escape(table.name() + ": " + Text.plural(table.records(), "record")))
            .append('\n');
        for (String line : table.lines()) {
          page.append("  ").append(escape(line)).append('\n');
        }
      }
    }
    page.append("</pre>\n");
  }

  private void setting() {
    page.append("<footer>\n<dl>\n");
    item("command", setting.command());
    item("seed", Long.toString(setting.seed()));
    item("store", setting.store());
    item("host", setting.host());
    item("JVM", setting.jvm());
    item("version", setting.version());
    item("time", setting.time());
    page.append("</dl>\n</footer>\n");
  }

  private void item(String name, String value) {
    page.append("<dt>").append(name).append("<dd>").append(escape(value)).append('\n');
  }
}

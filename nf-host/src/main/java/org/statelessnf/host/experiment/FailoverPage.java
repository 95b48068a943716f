package org.statelessnf.host.experiment;

import java.util.List;
import org.statelessnf.host.Text;
import org.statelessnf.host.page.Svg;

/** The failure experiment as a page: one file that needs no other. */
record FailoverPage(Failover experiment, List<FailoverResult> results, String host) {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 320;
  private static final double LEFT = 54;
  private static final double RIGHT = 16;
  private static final double TOP = 30;
  private static final double BOTTOM = 46;
  private static final int STEPS = 4;

  String html() {
    return new ExperimentPage("failover", verdict(), lead())
        .table(
            List.of("case", "completed", "unbroken", "broken connections", "elapsed", "p50", "p95"),
            results.stream().map(FailoverPage::row).toList())
        .figure(
            "Downloads completed over time",
            "<span class=\"key one\"></span>state in the instances "
                + "<span class=\"key many\"></span>state in a store; fainter: no failure",
            chart())
        .html(host);
  }

  private String verdict() {
    long lost =
        results.stream()
            .filter(result -> result.stateless() && result.failure())
            .mapToLong(FailoverResult::brokenConnections)
            .sum();
    return lost == 0
        ? "A firewall was killed under load. No download noticed."
        : "A firewall was killed under load. " + Text.plural(lost, "connection") + " broke.";
  }

  private String lead() {
    return ("%s of %s MB, %d at a time, through one firewall. When two fifths were completed, it was"
            + " killed and all traffic went to another instance: one that shares its state by a"
            + " store, and one that does not.")
        .formatted(
            Text.plural(experiment.downloads(), "download"),
            Text.decimal(experiment.bytes() / 1e6),
            experiment.atOnce());
  }

  private static List<String> row(FailoverResult result) {
    return List.of(
        result.name(),
        Text.count(result.completed()),
        Text.count(result.unbroken()),
        Text.count(result.brokenConnections()),
        FailoverReport.millis(result.elapsedMillis()),
        FailoverReport.millis(result.percentileMillis(0.5)),
        FailoverReport.millis(result.percentileMillis(0.95)));
  }

  private String chart() {
    Svg svg = new Svg(WIDTH, HEIGHT, "Downloads completed over time");
    long longest =
        Math.max(1, results.stream().mapToLong(FailoverResult::elapsedMillis).max().orElse(1));
    double perMilli = (WIDTH - LEFT - RIGHT) / longest;
    double perDownload = (HEIGHT - TOP - BOTTOM) / experiment.downloads();
    for (int step = 0; step <= STEPS; step++) {
      long downloads = Math.round((double) experiment.downloads() * step / STEPS);
      double y = HEIGHT - BOTTOM - downloads * perDownload;
      svg.line(LEFT, y, WIDTH - RIGHT, y, "grid");
      svg.label(LEFT - 7, y + 4, "end", "tick", Text.count(downloads));
      long millis = longest * step / STEPS;
      svg.label(
          LEFT + millis * perMilli,
          HEIGHT - BOTTOM + 16,
          "middle",
          "tick",
          FailoverReport.millis(millis));
    }
    for (FailoverResult result : results) {
      curve(svg, result, perMilli, perDownload);
      if (result.killedMillis() >= 0) {
        double x = LEFT + result.killedMillis() * perMilli;
        svg.line(x, TOP, x, HEIGHT - BOTTOM, "kill");
        double y = result.stateless() ? TOP - 16 : TOP - 4;
        svg.label(x + 4, y, "start", "killed", "killed (" + result.name() + ")");
      }
    }
    svg.label(WIDTH / 2, HEIGHT - 8, "middle", "tick", "time since the first request");
    return svg.toString();
  }

  private static void curve(Svg svg, FailoverResult result, double perMilli, double perDownload) {
    List<Long> ends =
        result.downloads().stream()
            .filter(Download::complete)
            .map(Download::endMillis)
            .sorted()
            .toList();
    StringBuilder path = new StringBuilder("M" + Svg.number(LEFT) + " ");
    double y = HEIGHT - BOTTOM;
    path.append(Svg.number(y));
    for (long end : ends) {
      path.append('H').append(Svg.number(LEFT + end * perMilli));
      y -= perDownload;
      path.append('V').append(Svg.number(y));
    }
    String style = result.stateless() ? "curve many" : "curve one";
    svg.path(path, result.failure() ? style : style + " s3");
  }
}

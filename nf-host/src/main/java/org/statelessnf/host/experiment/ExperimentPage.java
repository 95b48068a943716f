package org.statelessnf.host.experiment;

import java.util.List;
import org.statelessnf.host.page.PageStyle;
import org.statelessnf.host.page.Svg;

/** The frame of an experiment's page: one file that needs no other. */
final class ExperimentPage {
  private final StringBuilder page = new StringBuilder();

  /** A page whose headline is what came out. */
  ExperimentPage(String name, String verdict, String lead) {
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\"/>\n")
        .append("<title>StatelessNF: ")
        .append(name)
        .append("</title>\n<style>\n")
        .append(PageStyle.CSS)
        .append("</style>\n</head>\n<body>\n<main>\n<header>\n")
        .append("<p class=\"eyebrow\">StatelessNF experiment</p>\n<h1>")
        .append(Svg.escape(verdict))
        .append("</h1>\n<p class=\"lead\">")
        .append(Svg.escape(lead))
        .append("</p>\n</header>\n");
  }

  /** A table; the first cell of each row is its name. */
  ExperimentPage table(List<String> titles, List<List<String>> rows) {
    page.append("<div class=\"scroll\"><table>\n<thead><tr>");
    titles.forEach(title -> cell("th", title));
    page.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      page.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        cell(i == 0 ? "th" : "td", row.get(i));
      }
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
    return this;
  }

  private void cell(String element, String text) {
    page.append('<').append(element).append('>').append(Svg.escape(text));
    page.append("</").append(element).append('>');
  }

  /**
   * A chart.
   *
   * @param legend markup
   * @param chart markup
   */
  ExperimentPage figure(String title, String legend, String chart) {
    page.append("<h2>")
        .append(Svg.escape(title))
        .append("</h2>\n<p class=\"legend\">")
        .append(legend)
        .append("</p>\n<figure>")
        .append(chart)
        .append("</figure>\n");
    return this;
  }

  /** The page. */
  String html(String host) {
    return page.append("<footer>")
        .append(Svg.escape(host))
        .append("</footer>\n</main>\n</body>\n</html>\n")
        .toString();
  }
}

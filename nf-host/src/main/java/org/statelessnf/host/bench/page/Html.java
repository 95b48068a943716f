package org.statelessnf.host.bench.page;

import org.statelessnf.host.page.Svg;

/** Builds a page that an XML parser reads, too. Text is escaped; marked-up text is not. */
final class Html {
  private final StringBuilder text = new StringBuilder();

  /** Marked-up text, as it is. */
  Html raw(String markup) {
    text.append(markup);
    return this;
  }

  /** An element with text. */
  Html element(String name, String style, String words) {
    return raw(open(name, style)).raw(Svg.escape(words)).raw("</" + name + ">");
  }

  /** An element with text and no class. */
  Html element(String name, String words) {
    return element(name, "", words);
  }

  /** A heading with a paragraph. */
  Html section(String title, String paragraph) {
    return element("h2", title).raw("\n").element("p", paragraph).raw("\n");
  }

  /** A row of a table: the first cell names it. */
  Html row(Object... cells) {
    raw("<tr>");
    for (int i = 0; i < cells.length; i++) {
      element(i == 0 ? "th" : "td", together(String.valueOf(cells[i])));
    }
    return raw("</tr>\n");
  }

  /** A number stays in one line with its unit. */
  private static String together(String text) {
    return text.matches("[0-9][0-9.,]* [a-zµA-Z%]{1,2}") ? text.replace(' ', '\u00a0') : text;
  }

  /** A table begins; {@link #endTable} ends it. */
  Html table(Object... titles) {
    raw("<div class=\"scroll\"><table>\n<thead><tr>");
    for (Object title : titles) {
      element("th", String.valueOf(title));
    }
    return raw("</tr></thead>\n<tbody>\n");
  }

  Html endTable() {
    return raw("</tbody></table></div>\n");
  }

  /** A picture in a frame. */
  Html figure(String style, String svg) {
    return raw(open("figure", style)).raw(svg).raw("</figure>\n");
  }

  /** What a colour stands for. */
  Html key(String style, String name) {
    return raw("<span class=\"item\"><span class=\"key " + style + "\"></span>")
        .raw(Svg.escape(name))
        .raw("</span> ");
  }

  private static String open(String name, String style) {
    return style.isEmpty() ? "<" + name + ">" : "<" + name + " class=\"" + style + "\">";
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

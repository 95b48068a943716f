package org.statelessnf.host.page;

import java.util.Locale;

/** Builds one inline SVG picture. Colours are classes of the page, so that it has two themes. */
public final class Svg {
  private final StringBuilder text = new StringBuilder();
  private final double width;
  private final double height;

  /**
   * An empty picture.
   *
   * @param width of its drawing area
   * @param height of its drawing area
   * @param description for those who do not see it
   */
  public Svg(double width, double height, String description) {
    this.width = width;
    this.height = height;
    text.append(
        "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(number(width), number(height), escape(description)));
  }

  /** Width of its drawing area. */
  public double width() {
    return width;
  }

  /** Height of its drawing area. */
  public double height() {
    return height;
  }

  /** A line; the style is one or more classes, here as in the others. */
  public Svg line(double x1, double y1, double x2, double y2, String style) {
    text.append(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>\n"
            .formatted(number(x1), number(y1), number(x2), number(y2), style));
    return this;
  }

  /** A rectangle that says its title when pointed at. */
  public Svg box(double x, double y, double w, double h, String style, String title) {
    text.append(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" class=\"%s\"><title>%s</title></rect>\n"
            .formatted(
                number(x),
                number(y),
                number(Math.max(0, w)),
                number(Math.max(0, h)),
                style,
                escape(title)));
    return this;
  }

  /** A path in SVG's own words. */
  public Svg path(CharSequence data, String style) {
    text.append("<path d=\"").append(data).append("\" class=\"").append(style).append("\"/>\n");
    return this;
  }

  /** Text; the anchor is start, middle or end. */
  public Svg label(double x, double y, String anchor, String style, String what) {
    text.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" class=\"%s\">%s</text>\n"
            .formatted(number(x), number(y), anchor, style, escape(what)));
    return this;
  }

  @Override
  public String toString() {
    return text + "</svg>\n";
  }

  /** A coordinate, without zeros that say nothing. */
  public static String number(double value) {
    String fixed = String.format(Locale.ROOT, "%.2f", value);
    return fixed.contains(".") ? fixed.replaceFirst("\\.?0+$", "") : fixed;
  }

  /** Text as markup. */
  public static String escape(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

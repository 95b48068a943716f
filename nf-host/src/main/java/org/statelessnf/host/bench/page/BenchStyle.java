package org.statelessnf.host.bench.page;

/** Colours of the stores, by day and by night, beside those of every page. */
final class BenchStyle {
  /** How many colours there are. */
  static final int COLOURS = 8;

  private static final String[] DAY = {
    "#2463a6", "#b7791f", "#1b7a48", "#c23b31", "#6b4fa0", "#0f7c86", "#8a5a2b", "#5a6878"
  };
  private static final String[] NIGHT = {
    "#6aaef2", "#e3ab55", "#5fd29a", "#f0786d", "#b49bf0", "#5cc9d3", "#d3a06c", "#93a2b5"
  };

  private BenchStyle() {}

  static String css() {
    StringBuilder css = new StringBuilder();
    for (int i = 0; i < COLOURS; i++) {
      css.append(colour(i, DAY[i]));
    }
    css.append(
        """
        svg .range { opacity: .38; }
        svg .thin { stroke-width: 1.2; opacity: .75; }
        svg .dashed { stroke-dasharray: 5 4; }
        svg rect.none, .key.none { fill: var(--dead); background: var(--dead); }
        figure.narrow svg { max-width: 780px; }
        .row.wide { grid-template-columns: repeat(auto-fit, minmax(min(430px, 100%), 1fr)); }
        .item { white-space: nowrap; margin-right: 14px; }
        details { margin: 0 0 18px; } summary { cursor: pointer; color: var(--muted); }
        details .scroll { margin-top: 10px; font-size: 14px; }
        """);
    css.append("@media (prefers-color-scheme: dark) {\n");
    for (int i = 0; i < COLOURS; i++) {
      css.append(colour(i, NIGHT[i]));
    }
    return css.append("}\n").toString();
  }

  private static String colour(int number, String colour) {
    return """
    svg rect.c%1$d { fill: %2$s; } svg line.c%1$d, svg path.c%1$d { stroke: %2$s; }
    .key.c%1$d { background: %2$s; }
    """
        .formatted(number, colour);
  }
}

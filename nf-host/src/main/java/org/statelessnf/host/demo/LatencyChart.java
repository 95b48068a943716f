package org.statelessnf.host.demo;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.statelessnf.host.Text;
import org.statelessnf.host.page.Svg;

/** Which share of the packets was released within a time: two curves over a logarithmic axis. */
final class LatencyChart {
  private static final double WIDTH = 340;
  private static final double HEIGHT = 230;
  private static final double LEFT = 42;
  private static final double RIGHT = 24;
  private static final double TOP = 26;
  private static final double BOTTOM = 38;
  private static final int[] PERCENTS = {0, 25, 50, 75, 100};

  private final double lowest;
  private final double highest;

  /** A chart whose axis takes both in, in whole decades. */
  LatencyChart(Histogram one, Histogram other) {
    double low = Math.min(one.getMinValue(), other.getMinValue());
    double high = Math.max(one.getValueAtPercentile(99.9), other.getValueAtPercentile(99.9));
    lowest = Math.floor(Math.log10(Math.max(100, low)));
    highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(1_000, high))));
  }

  String draw(String title, Histogram whole, Histogram shared) {
    Svg svg = new Svg(WIDTH, HEIGHT, title + ": share of packets released within a time");
    svg.label(LEFT, 14, "start", "title", title);
    for (int percent : PERCENTS) {
      double y = y(percent);
      svg.line(LEFT, y, WIDTH - RIGHT, y, "grid");
      svg.label(LEFT - 6, y + 4, "end", "tick", percent + " %");
    }
    for (int decade = (int) lowest; decade <= highest; decade++) {
      double x = x(Math.pow(10, decade));
      svg.line(x, TOP, x, HEIGHT - BOTTOM, "grid");
      svg.label(x, HEIGHT - BOTTOM + 16, "middle", "tick", unit(decade));
    }
    curve(svg, whole, "curve one");
    curve(svg, shared, "curve many");
    svg.label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5, "middle", "tick", "receipt to release");
    return svg.toString();
  }

  private void curve(Svg svg, Histogram histogram, String style) {
    StringBuilder data = new StringBuilder();
    double before = 0;
    for (HistogramIterationValue value : histogram.recordedValues()) {
      double percent = value.getPercentileLevelIteratedTo();
      double x = x((double) value.getValueIteratedTo());
      data.append(data.isEmpty() ? 'M' : 'L')
          .append(Svg.number(x))
          .append(' ')
          .append(Svg.number(y(before)))
          .append('L')
          .append(Svg.number(x))
          .append(' ')
          .append(Svg.number(y(percent)));
      before = percent;
    }
    svg.path(data, style);
  }

  private double x(double nanos) {
    double at = (Math.log10(Math.max(1, nanos)) - lowest) / (highest - lowest);
    return LEFT + Math.clamp(at, 0, 1) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double percent) {
    return HEIGHT - BOTTOM - percent / 100 * (HEIGHT - TOP - BOTTOM);
  }

  private static String unit(int decade) {
    return Text.nanos((long) Math.pow(10, decade)).replaceFirst("\\.0+ ", " ");
  }
}

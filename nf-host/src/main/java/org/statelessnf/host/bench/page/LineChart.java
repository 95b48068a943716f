package org.statelessnf.host.bench.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.statelessnf.host.page.Svg;

/** Curves over a logarithmic axis, and of a logarithmic axis or of percents. */
final class LineChart {
  private static final double WIDTH = 500;
  private static final double HEIGHT = 300;
  private static final double LEFT = 58;
  private static final double RIGHT = 22;
  private static final double TOP = 30;
  private static final double BOTTOM = 44;
  private static final int[] PERCENTS = {0, 25, 50, 75, 100};

  private final String title;
  private final String below;
  private final List<Curve> curves = new ArrayList<>();

  /** A point of a curve. */
  record Point(double x, double y) {}

  private record Curve(String style, String name, List<Point> points, boolean dots) {}

  LineChart(String title, String below) {
    this.title = title;
    this.below = below;
  }

  /**
   * Adds a curve.
   *
   * @param style classes of its colour
   * @param name what it says when pointed at
   * @param points in the order of x; all positive
   * @param dots whether the points are shown
   */
  void add(String style, String name, List<Point> points, boolean dots) {
    curves.add(new Curve(style, name, points, dots));
  }

  boolean isEmpty() {
    return curves.stream().allMatch(curve -> curve.points.isEmpty());
  }

  /** With a logarithmic axis upwards. */
  String draw(List<Double> xTicks, DoubleFunction<String> xText, DoubleFunction<String> yText) {
    Axis up = Axis.over(values(false), HEIGHT - BOTTOM, TOP);
    Svg svg = frame(xTicks, xText);
    for (double tick : up.ticks()) {
      grid(svg, up.at(tick), yText.apply(tick));
    }
    Axis along = along();
    for (Curve curve : curves) {
      draw(svg, curve, along, up::at, yText);
    }
    return svg.toString();
  }

  /** With percents upwards. */
  String drawPercents(DoubleFunction<String> xText) {
    Svg svg = frame(along().ticks(), xText);
    for (int percent : PERCENTS) {
      grid(svg, percentAt(percent), percent + " %");
    }
    Axis along = along();
    for (Curve curve : curves) {
      draw(svg, curve, along, LineChart::percentAt, y -> y + " %");
    }
    return svg.toString();
  }

  private static double percentAt(double percent) {
    return HEIGHT - BOTTOM - percent / 100 * (HEIGHT - TOP - BOTTOM);
  }

  private Axis along() {
    return Axis.over(values(true), LEFT, WIDTH - RIGHT);
  }

  private List<Double> values(boolean x) {
    List<Double> values = new ArrayList<>();
    for (Curve curve : curves) {
      curve.points.forEach(point -> values.add(x ? point.x : point.y));
    }
    return values;
  }

  private Svg frame(List<Double> ticks, DoubleFunction<String> text) {
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    svg.label(LEFT, 16, "start", "title", title);
    Axis along = along();
    for (double tick : ticks) {
      double x = along.at(tick);
      svg.line(x, TOP, x, HEIGHT - BOTTOM, "grid");
      svg.label(x, HEIGHT - BOTTOM + 16, "middle", "tick", text.apply(tick));
    }
    svg.label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "middle", "tick", below);
    return svg;
  }

  private static void grid(Svg svg, double y, String text) {
    svg.line(LEFT, y, WIDTH - RIGHT, y, "grid");
    svg.label(LEFT - 7, y + 4, "end", "tick", text);
  }

  /** Where a value is, upwards. */
  private interface Height {
    double at(double value);
  }

  private static void draw(
      Svg svg, Curve curve, Axis along, Height up, DoubleFunction<String> yText) {
    StringBuilder data = new StringBuilder();
    for (Point point : curve.points) {
      data.append(data.isEmpty() ? 'M' : 'L')
          .append(Svg.number(along.at(point.x)))
          .append(' ')
          .append(Svg.number(up.at(point.y)));
    }
    svg.path(data, "curve " + curve.style);
    if (curve.dots) {
      for (Point point : curve.points) {
        String title = curve.name + ": " + yText.apply(point.y);
        svg.box(along.at(point.x) - 3, up.at(point.y) - 3, 6, 6, "bar " + curve.style, title);
      }
    }
  }
}

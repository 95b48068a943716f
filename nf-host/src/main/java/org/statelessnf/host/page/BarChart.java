package org.statelessnf.host.page;

import java.util.ArrayList;
import java.util.List;

/** Groups of horizontal bars, each bar with its number. */
public final class BarChart {
  private static final double WIDTH = 720;
  private static final double LEFT = 232;
  private static final double RIGHT = 90;
  private static final double BAR = 15;
  private static final double GAP = 3;
  private static final double GROUP_GAP = 14;

  private final List<Group> groups = new ArrayList<>();

  /**
   * A bar.
   *
   * @param style class of its colour
   * @param value its length
   * @param label what stands behind it
   * @param title what it says when pointed at
   */
  public record Bar(String style, double value, String label, String title) {}

  private record Group(String name, List<Bar> bars) {}

  /** Adds a group of bars. */
  public BarChart group(String name, List<Bar> bars) {
    groups.add(new Group(name, bars));
    return this;
  }

  /** The picture. */
  public String draw(String description) {
    double height = GROUP_GAP;
    double highest = 1e-9;
    for (Group group : groups) {
      height += group.bars.size() * (BAR + GAP) + GROUP_GAP;
      for (Bar bar : group.bars) {
        highest = Math.max(highest, bar.value);
      }
    }
    Svg svg = new Svg(WIDTH, height, description);
    double y = GROUP_GAP;
    for (Group group : groups) {
      double middle = y + group.bars.size() * (BAR + GAP) / 2;
      svg.label(LEFT - 10, middle + 3, "end", "name", group.name);
      for (Bar bar : group.bars) {
        double length = bar.value / highest * (WIDTH - LEFT - RIGHT);
        svg.box(LEFT, y, Math.max(length, bar.value > 0 ? 1 : 0), BAR, bar.style, bar.title);
        svg.label(LEFT + length + 6, y + BAR - 3, "start", "value", bar.label);
        y += BAR + GAP;
      }
      y += GROUP_GAP;
    }
    svg.line(LEFT, GROUP_GAP / 2, LEFT, height - GROUP_GAP / 2, "axis");
    return svg.toString();
  }
}

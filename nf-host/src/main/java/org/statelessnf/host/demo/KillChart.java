package org.statelessnf.host.demo;

import java.util.BitSet;
import org.statelessnf.host.Text;
import org.statelessnf.host.page.Svg;

/**
 * What happened at the kill, over the packets as they were dealt: above, which instance held them;
 * below, how many were refused that a single instance would have let pass.
 */
final class KillChart {
  private static final int BINS = 60;
  private static final double WIDTH = 720;
  private static final double LEFT = 54;
  private static final double RIGHT = 14;
  private static final double SHARE_TOP = 24;
  private static final double SHARE_HEIGHT = 110;
  private static final double REFUSED_TOP = 168;
  private static final double REFUSED_HEIGHT = 96;
  private static final double HEIGHT = 302;

  private final SceneResult result;
  private final int instances;
  private final int packets;
  private final Svg svg;

  KillChart(SceneResult result, int instances) {
    this.result = result;
    this.instances = instances;
    this.packets = result.scene().trace().size();
    this.svg = new Svg(WIDTH, HEIGHT, result.scene().title() + ": what happened at the kill");
  }

  String draw() {
    shares();
    refused();
    double x = x((double) result.sharedComparison().killedAt());
    svg.line(x, SHARE_TOP - 6, x, REFUSED_TOP + REFUSED_HEIGHT, "kill");
    svg.label(
        x + 6,
        SHARE_TOP - 10,
        "start",
        "killed",
        "instance " + (result.sharedComparison().victim() + 1) + " killed");
    for (int percent = 0; percent <= 100; percent += 25) {
      double at = x(packets * percent / 100.0);
      svg.label(
          at,
          REFUSED_TOP + REFUSED_HEIGHT + 16,
          percent == 0 ? "start" : percent == 100 ? "end" : "middle",
          "tick",
          Text.count(Math.round(packets * percent / 100.0)));
    }
    svg.label(WIDTH / 2, HEIGHT - 4, "middle", "tick", "packets dealt");
    return svg.toString();
  }

  private void shares() {
    svg.label(LEFT, SHARE_TOP - 10, "start", "title", "State in the store: who holds the packets");
    int[][] held = new int[BINS][instances];
    int[] all = new int[BINS];
    for (int i = 0; i < packets; i++) {
      int instance = result.shared().heldBy(i);
      if (instance != Showing.NOBODY) {
        int bin = bin(result.shared().departure(i));
        held[bin][instance]++;
        all[bin]++;
      }
    }
    double w = (WIDTH - LEFT - RIGHT) / BINS;
    for (int b = 0; b < BINS; b++) {
      double y = SHARE_TOP + SHARE_HEIGHT;
      for (int i = 0; i < instances && all[b] > 0; i++) {
        double h = SHARE_HEIGHT * held[b][i] / all[b];
        y -= h;
        String style = "share s" + i % 4 + (i == result.sharedComparison().victim() ? " dead" : "");
        svg.box(
            LEFT + b * w,
            y,
            w - 0.6,
            h,
            style,
            "instance %d: %d packets".formatted(i + 1, held[b][i]));
      }
    }
    svg.label(LEFT - 6, SHARE_TOP + 5, "end", "tick", "100 %");
    svg.label(LEFT - 6, SHARE_TOP + SHARE_HEIGHT + 4, "end", "tick", "0 %");
  }

  private void refused() {
    int[] apart = bins(result.apart(), result.apartComparison().refused());
    int[] shared = bins(result.shared(), result.sharedComparison().refused());
    int highest = 1;
    for (int b = 0; b < BINS; b++) {
      highest = Math.max(highest, Math.max(apart[b], shared[b]));
    }
    svg.label(LEFT, REFUSED_TOP - 10, "start", "title", "Packets wrongly refused");
    double w = (WIDTH - LEFT - RIGHT) / BINS;
    double base = REFUSED_TOP + REFUSED_HEIGHT;
    for (int b = 0; b < BINS; b++) {
      double h = REFUSED_HEIGHT * apart[b] / highest;
      svg.box(
          LEFT + b * w,
          base - h,
          w - 0.6,
          h,
          "apart",
          "state in the instances: %d refused".formatted(apart[b]));
    }
    StringBuilder line = new StringBuilder();
    for (int b = 0; b < BINS; b++) {
      line.append(b == 0 ? 'M' : 'L')
          .append(Svg.number(LEFT + (b + 0.5) * w))
          .append(' ')
          .append(Svg.number(base - REFUSED_HEIGHT * shared[b] / highest));
    }
    svg.path(line, "curve many");
    svg.label(LEFT - 6, REFUSED_TOP + 5, "end", "tick", Text.count(highest));
    svg.label(LEFT - 6, base + 4, "end", "tick", "0");
  }

  private int[] bins(Showing run, BitSet indexes) {
    int[] bins = new int[BINS];
    indexes.stream().forEach(index -> bins[bin(run.departure(index))]++);
    return bins;
  }

  private int bin(int departure) {
    return (int) Math.min(BINS - 1, (long) departure * BINS / packets);
  }

  private double x(double packet) {
    return LEFT + packet / packets * (WIDTH - LEFT - RIGHT);
  }
}

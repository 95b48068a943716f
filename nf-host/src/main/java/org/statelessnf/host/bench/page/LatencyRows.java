package org.statelessnf.host.bench.page;

import java.util.ArrayList;
import java.util.List;
import org.statelessnf.host.Text;
import org.statelessnf.host.bench.report.Distribution;
import org.statelessnf.host.bench.report.StoreReport;
import org.statelessnf.host.bench.report.StoreReport.LatencyReport;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;
import org.statelessnf.host.page.Svg;

/**
 * Latency of every operation, a row for each store: a dot for the median, a bar to p99, a thin line
 * to p99.9, a mark for the longest, over one logarithmic axis.
 */
final class LatencyRows {
  private static final double WIDTH = 1040;
  private static final double LEFT = 190;
  private static final double RIGHT = 86;
  private static final double TOP = 24;
  private static final double ROW = 15;
  private static final double GROUP_GAP = 9;

  private final List<StoreReport> stores;

  LatencyRows(List<StoreReport> stores) {
    this.stores = stores;
  }

  String draw() {
    int operations = stores.getFirst().operations().size();
    List<Double> values = new ArrayList<>();
    for (StoreReport store : stores) {
      for (OperationReport operation : store.operations()) {
        LatencyReport latency = operation.latency();
        if (latency != null) {
          values.add((double) latency.latency().p50());
          values.add((double) latency.latency().max());
        }
      }
    }
    Axis axis = Axis.over(values, LEFT, WIDTH - RIGHT);
    double bottom = TOP + operations * (stores.size() * ROW + GROUP_GAP);
    Svg svg = new Svg(WIDTH, bottom + 10, "latency percentiles of each operation and store");
    for (double tick : axis.ticks()) {
      double x = axis.at(tick);
      svg.line(x, TOP - 4, x, bottom, "grid");
      svg.label(x, TOP - 9, "middle", "tick", Units.nanos(tick));
    }
    double y = TOP;
    for (int i = 0; i < operations; i++) {
      double middle = y + stores.size() * ROW / 2;
      svg.label(
          LEFT - 12, middle + 4, "end", "name", stores.getFirst().operations().get(i).operation());
      for (int s = 0; s < stores.size(); s++) {
        row(svg, axis, s, stores.get(s).operations().get(i), y + ROW / 2);
        y += ROW;
      }
      y += GROUP_GAP;
    }
    return svg.toString();
  }

  private void row(Svg svg, Axis axis, int store, OperationReport operation, double y) {
    LatencyReport latency = operation.latency();
    if (latency == null) {
      svg.label(LEFT + 4, y + 4, "start", "value", String.valueOf(operation.whyNot()));
      return;
    }
    Distribution of = latency.latency();
    String style = " c" + store;
    double p50 = axis.at((double) of.p50());
    double p99 = axis.at((double) of.p99());
    double p999 = axis.at((double) of.p999());
    double max = axis.at((double) of.max());
    svg.line(p99, y, p999, y, "thin" + style);
    svg.line(max, y - 3, max, y + 3, "thin" + style);
    svg.box(p50, y - 3, Math.max(1, p99 - p50), 6, "range" + style, title(store, operation, of));
    svg.box(p50 - 3, y - 5, 6, 10, "bar" + style, title(store, operation, of));
    svg.label(WIDTH - RIGHT + 8, y + 4, "start", "value", Text.nanos(of.p50()));
  }

  private String title(int store, OperationReport operation, Distribution of) {
    return "%s, %s: p50 %s, p90 %s, p99 %s, p99.9 %s, max %s"
        .formatted(
            stores.get(store).store(),
            operation.operation(),
            Text.nanos(of.p50()),
            Text.nanos(of.p90()),
            Text.nanos(of.p99()),
            Text.nanos(of.p999()),
            Text.nanos(of.max()));
  }
}

package org.statelessnf.host.bench.page;

import java.util.ArrayList;
import java.util.List;

/**
 * A logarithmic axis in whole decades, or in those thirds of one (1, 2, 5) that its values need.
 *
 * @param low logarithm of its begin
 * @param high logarithm of its end
 * @param from where it begins in the picture
 * @param to where it ends
 */
record Axis(double low, double high, double from, double to) {
  private static final double[] STEPS = {1, 2, 5};

  /** An axis that takes all values in; at least a decade long. */
  static Axis over(Iterable<Double> values, double from, double to) {
    double lowest = Double.MAX_VALUE;
    double highest = 0;
    for (double value : values) {
      if (value > 0) {
        lowest = Math.min(lowest, value);
        highest = Math.max(highest, value);
      }
    }
    if (highest == 0) {
      return new Axis(0, 1, from, to);
    }
    double low = Math.log10(step(lowest, false));
    double high = Math.log10(step(highest, true));
    return new Axis(low, Math.max(high, low + 1), from, to);
  }

  /** The nearest of 1, 2, 5, 10, … that is not above, or not below, a value. */
  private static double step(double value, boolean up) {
    double decade = Math.pow(10, Math.floor(Math.log10(value)));
    double found = up ? 10 * decade : decade;
    for (double step : STEPS) {
      double at = step * decade;
      if (up && at >= value) {
        return at;
      }
      if (!up && at <= value) {
        found = at;
      }
    }
    return found;
  }

  /** Where a value is in the picture; at the end if it is beyond it. */
  double at(double value) {
    double share = value <= 0 ? 0 : (Math.log10(value) - low) / (high - low);
    return from + Math.clamp(share, 0, 1) * (to - from);
  }

  /** Values to mark: decades, and what is between them if there are few. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    boolean few = high - low < 2.5;
    for (int decade = (int) Math.floor(low); decade <= high + 1e-9; decade++) {
      for (double step : STEPS) {
        double exponent = decade + Math.log10(step);
        if ((step == 1 || few) && exponent >= low - 1e-9 && exponent <= high + 1e-9) {
          ticks.add(step * Math.pow(10, decade));
        }
      }
    }
    return ticks;
  }
}

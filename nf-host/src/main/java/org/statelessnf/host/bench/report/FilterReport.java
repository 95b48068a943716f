package org.statelessnf.host.bench.report;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What asking the Bloom filter before the read wins or costs: batches of lookups, either all read,
 * or first asked for and read only where the filter says "perhaps". In lookups per second.
 *
 * @param batch lookups of a request
 * @param inFlight requests in flight
 * @param missPlain unknown keys, as in a SYN scan, all read
 * @param missFiltered unknown keys, asked for first
 * @param hitPlain known keys, all read
 * @param hitFiltered known keys, asked for first
 * @param falsePositives share of unknown keys that the filter said "perhaps" to
 */
public record FilterReport(
    int batch,
    int inFlight,
    Rate missPlain,
    Rate missFiltered,
    Rate hitPlain,
    Rate hitFiltered,
    double falsePositives) {

  /**
   * Of one way.
   *
   * @param perSecond median of the rounds
   * @param rounds of each round
   */
  public record Rate(double perSecond, List<Double> rounds) {
    /** Of the rounds. */
    public static Rate of(List<Double> rounds) {
      return new Rate(Statistics.median(rounds), rounds);
    }
  }

  /** How many times as many lookups of unknown keys go through with the filter. */
  public double missRatio() {
    return missFiltered.perSecond / missPlain.perSecond;
  }

  /** How many times as many lookups of known keys go through with the filter. */
  public double hitRatio() {
    return hitFiltered.perSecond / hitPlain.perSecond;
  }

  /**
   * Share of lookups that must miss for the filter to pay.
   *
   * @return null if it never does
   */
  public @Nullable Double paysFrom() {
    double won = 1 / missPlain.perSecond - 1 / missFiltered.perSecond;
    double lost = 1 / hitFiltered.perSecond - 1 / hitPlain.perSecond;
    if (won <= 0) {
      return null;
    }
    return lost <= 0 ? 0 : lost / (lost + won);
  }

  /** What to do, for people. */
  public String advice() {
    Double from = paysFrom();
    if (from == null) {
      return "never pays: asking costs more than reading";
    }
    String where = String.format(Locale.ROOT, "more than %.0f %% of lookups miss", from * 100);
    double chance = Statistics.mannWhitney(missPlain.rounds, missFiltered.rounds);
    return chance < Comparison.CHANCE
        ? "pays where " + where
        : "pays, if at all, where " + where + ": not beyond chance";
  }
}

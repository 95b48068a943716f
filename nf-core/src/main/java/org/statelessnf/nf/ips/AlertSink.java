package org.statelessnf.nf.ips;

/**
 * Takes alerts, each once, after what led to it is in the store. Called by the workers of all
 * pipes, so it is to be thread-safe; an alert is lost if its instance dies between the two.
 */
public interface AlertSink {
  /** Takes no notice. */
  AlertSink NONE = alert -> {};

  /**
   * Takes an alert.
   *
   * @param alert what matched
   */
  void take(Alert alert);
}

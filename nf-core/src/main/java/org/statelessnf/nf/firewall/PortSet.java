package org.statelessnf.nf.firewall;

/** Ports and ranges of ports. Immutable; {@code contains} allocates nothing. */
final class PortSet {
  private static final int MAX_PORT = 0xffff;

  private final int[] lows;
  private final int[] highs;

  private PortSet(int[] lows, int[] highs) {
    this.lows = lows;
    this.highs = highs;
  }

  /**
   * Parses {@code 443}, {@code 80,443}, {@code 1024-65535}.
   *
   * @throws IllegalArgumentException with one line that names the text
   */
  static PortSet parse(String text) {
    String[] items = text.split(",", -1);
    int[] lows = new int[items.length];
    int[] highs = new int[items.length];
    for (int i = 0; i < items.length; i++) {
      int dash = items[i].indexOf('-');
      lows[i] = port(dash < 0 ? items[i] : items[i].substring(0, dash), text);
      highs[i] = dash < 0 ? lows[i] : port(items[i].substring(dash + 1), text);
      if (lows[i] > highs[i]) {
        throw new IllegalArgumentException(
            "range of ports '" + items[i] + "' ends before it begins");
      }
    }
    return new PortSet(lows, highs);
  }

  boolean contains(int port) {
    for (int i = 0; i < lows.length; i++) {
      if (lows[i] <= port && port <= highs[i]) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lows.length; i++) {
      text.append(i == 0 ? "" : ",").append(lows[i]);
      if (highs[i] != lows[i]) {
        text.append('-').append(highs[i]);
      }
    }
    return text.toString();
  }

  private static int port(String text, String whole) {
    if (text.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text);
      if (port <= MAX_PORT) {
        return port;
      }
    }
    throw new IllegalArgumentException(
        "'" + whole + "' is no port (0 to 65535), range, or list of them separated by commas");
  }
}

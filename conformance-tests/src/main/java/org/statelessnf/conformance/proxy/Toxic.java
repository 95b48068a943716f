package org.statelessnf.conformance.proxy;

/**
 * Something that hurts one direction of every connection of a {@link TcpProxy}, present and future
 * ones, from when it is added until it is removed. Names and meanings are those of <a
 * href="https://github.com/Shopify/toxiproxy#toxics">Toxiproxy</a>; its {@code down} is {@link
 * TcpProxy#down}.
 */
public sealed interface Toxic {

  /** Name by which it is removed. */
  String name();

  /** Which way it works. */
  Direction direction();

  /** Checks the numbers. */
  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }

  /**
   * Delays all data, in order.
   *
   * @param name by which it is removed
   * @param direction which way
   * @param latencyMillis delay
   * @param jitterMillis the delay varies by so much to either side
   */
  record Latency(String name, Direction direction, long latencyMillis, long jitterMillis)
      implements Toxic {
    /** Checks the numbers. */
    public Latency {
      require(latencyMillis >= 0 && jitterMillis >= 0, "latency and jitter are not negative");
    }
  }

  /**
   * Limits the rate.
   *
   * @param name by which it is removed
   * @param direction which way
   * @param kilobytesPerSecond rate, at least 1
   */
  record Bandwidth(String name, Direction direction, long kilobytesPerSecond) implements Toxic {
    /** Checks the numbers. */
    public Bandwidth {
      require(kilobytesPerSecond > 0, "the rate is at least 1 KB/s");
    }
  }

  /**
   * Lets no data through and closes the connection after a while.
   *
   * @param name by which it is removed
   * @param direction which way
   * @param timeoutMillis time until the connection is closed; 0 leaves it open until the toxic is
   *     removed
   */
  record Timeout(String name, Direction direction, long timeoutMillis) implements Toxic {
    /** Checks the numbers. */
    public Timeout {
      require(timeoutMillis >= 0, "the timeout is not negative");
    }
  }

  /**
   * Cuts data into small pieces.
   *
   * @param name by which it is removed
   * @param direction which way
   * @param averageBytes size of a piece, at least 1
   * @param variationBytes the size varies by so much to either side, less than the average
   * @param delayMicros wait between two pieces
   */
  record Slicer(
      String name, Direction direction, int averageBytes, int variationBytes, long delayMicros)
      implements Toxic {
    /** Checks the numbers. */
    public Slicer {
      require(averageBytes > 0, "pieces have at least 1 byte");
      require(variationBytes >= 0 && variationBytes < averageBytes, "the variation is too large");
      require(delayMicros >= 0, "the delay is not negative");
    }
  }

  /**
   * Cuts connections with a TCP reset.
   *
   * @param name by which it is removed
   * @param direction which way; data of that direction stops at once
   * @param timeoutMillis time until the reset; 0 for at once
   */
  record ResetPeer(String name, Direction direction, long timeoutMillis) implements Toxic {
    /** Checks the numbers. */
    public ResetPeer {
      require(timeoutMillis >= 0, "the timeout is not negative");
    }
  }
}

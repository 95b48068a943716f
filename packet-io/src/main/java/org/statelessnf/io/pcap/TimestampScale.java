package org.statelessnf.io.pcap;

/**
 * Turns the time stamps of one pcapng interface into nanoseconds since 1970.
 *
 * <p>if_tsresol is one byte: its top bit tells whether the other seven are the negative power of 10
 * (0) or of 2 (1) that a tick lasts, in seconds; if_tsoffset adds whole seconds
 * (draft-ietf-opsawg-pcapng, section 4.2). Ticks are an unsigned 64-bit number. What is finer than
 * a nanosecond is cut off, and what does not fit 0 … {@link Long#MAX_VALUE} becomes the nearer end.
 */
final class TimestampScale {
  /** What an interface without if_tsresol uses: microseconds. */
  static final int DEFAULT_RESOLUTION = 6;

  private static final int BINARY_BIT = 0x80;
  private static final int MAX_DECIMAL_EXPONENT = 19;
  private static final int MAX_BINARY_EXPONENT = 63;
  private static final int NANO_EXPONENT = 9;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS_PER_SECOND - 1;

  private final boolean binary;
  private final int exponent;
  private final long offsetSeconds;

  /** Ticks in a second, as an unsigned number. */
  private final long ticksPerSecond;

  /** Nanoseconds in a tick (exponent up to 9), or ticks in a nanosecond (above); decimal only. */
  private final long ratio;

  /** Ticks below this need only the multiplication by {@link #ratio}; 0 if none do. */
  private final long simpleBelow;

  private TimestampScale(boolean binary, int exponent, long offsetSeconds) {
    this.binary = binary;
    this.exponent = exponent;
    this.offsetSeconds = offsetSeconds;
    this.ticksPerSecond = binary ? 1L << exponent : powerOfTen(exponent);
    this.ratio = binary ? 0 : powerOfTen(Math.abs(NANO_EXPONENT - exponent));
    boolean multiplies = !binary && exponent <= NANO_EXPONENT && offsetSeconds == 0;
    this.simpleBelow = multiplies ? MAX_SECONDS * NANOS_PER_SECOND / ratio : 0;
  }

  /** Whether a 64-bit counter of such ticks makes sense: at most 10^-19 or 2^-63 seconds. */
  static boolean isPlausible(int resolution) {
    return (resolution & BINARY_BIT) != 0
        ? (resolution & ~BINARY_BIT) <= MAX_BINARY_EXPONENT
        : resolution <= MAX_DECIMAL_EXPONENT;
  }

  /** {@code resolution}: the byte of if_tsresol, a plausible one. */
  static TimestampScale of(int resolution, long offsetSeconds) {
    if (!isPlausible(resolution)) {
      throw new IllegalArgumentException("if_tsresol " + resolution);
    }
    return new TimestampScale(
        (resolution & BINARY_BIT) != 0, resolution & ~BINARY_BIT, offsetSeconds);
  }

  /** Whether a tick is shorter than a microsecond. */
  boolean finerThanMicros() {
    return binary ? exponent >= 20 : exponent > 6;
  }

  long nanos(long ticks) {
    if (ticks >= 0 && ticks < simpleBelow) {
      return ticks * ratio;
    }
    long seconds;
    long nanos;
    if (binary) {
      seconds = ticks >>> exponent;
      nanos = exponent == 0 ? 0 : binaryFraction(ticks & (ticksPerSecond - 1));
    } else {
      seconds = Long.divideUnsigned(ticks, ticksPerSecond);
      long fraction = Long.remainderUnsigned(ticks, ticksPerSecond);
      nanos = exponent <= NANO_EXPONENT ? fraction * ratio : Long.divideUnsigned(fraction, ratio);
    }
    return combine(seconds, nanos);
  }

  /** {@code fraction * 10^9 >>> exponent} in 128 bits. */
  private long binaryFraction(long fraction) {
    long high = Math.unsignedMultiplyHigh(fraction, NANOS_PER_SECOND);
    long low = fraction * NANOS_PER_SECOND;
    return (high << (Long.SIZE - exponent)) | (low >>> exponent);
  }

  private long combine(long unsignedSeconds, long nanos) {
    long seconds = unsignedSeconds < 0 ? Long.MAX_VALUE : unsignedSeconds;
    long sum = seconds + offsetSeconds;
    if ((offsetSeconds > 0 && sum < 0) || sum > MAX_SECONDS) {
      return Long.MAX_VALUE;
    }
    return sum < 0 ? 0 : sum * NANOS_PER_SECOND + nanos;
  }

  private static long powerOfTen(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }
}

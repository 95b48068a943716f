package org.statelessnf.host.bench.report;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * How long something took, in nanoseconds.
 *
 * @param count how many values
 * @param min smallest
 * @param mean their mean
 * @param p50 half of them were not longer
 * @param p90 90 % were not longer
 * @param p99 99 % were not longer
 * @param p999 99.9 % were not longer
 * @param max longest
 * @param hdr all of it: HdrHistogram's compressed encoding, in Base64, as in its logs
 */
public record Distribution(
    long count,
    long min,
    double mean,
    long p50,
    long p90,
    long p99,
    long p999,
    long max,
    String hdr) {

  /** Of a histogram of nanoseconds. */
  public static Distribution of(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    byte[] encoded = new byte[length];
    buffer.get(0, encoded);
    return new Distribution(
        histogram.getTotalCount(),
        histogram.getMinValue(),
        histogram.getMean(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(90),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue(),
        Base64.getEncoder().encodeToString(encoded));
  }

  /**
   * All of it.
   *
   * @throws IllegalArgumentException if the encoding is damaged
   */
  public Histogram histogram() {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(hdr));
      return Histogram.decodeFromCompressedByteBuffer(buffer, 0);
    } catch (DataFormatException | RuntimeException e) {
      throw new IllegalArgumentException("a histogram is damaged: " + e.getMessage(), e);
    }
  }
}

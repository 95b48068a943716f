package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes requests in Redis' protocol: an array of bulk strings. Sizes are computed before anything
 * is written, so that a request goes into its buffer in one pass.
 */
final class Resp {
  private static final int MAX_DIGITS = 20;

  private Resp() {}

  /** An ASCII string as bytes. */
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A word that is sent again and again, as a whole bulk string. */
  static byte[] word(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(bulkSize(bytes.length));
    bulk(out, bytes);
    return out.array();
  }

  /** Size of an array's head. */
  static int arraySize(int elements) {
    return 1 + digits(elements) + 2;
  }

  /** Size of a bulk string of so many bytes. */
  static int bulkSize(int length) {
    return 1 + digits(length) + 2 + length + 2;
  }

  /** Size of a number as a bulk string. */
  static int numberSize(long number) {
    return bulkSize(digits(number));
  }

  /** Starts an array. */
  static void array(ByteBuffer out, int elements) {
    out.put((byte) '*');
    number(out, elements);
    crlf(out);
  }

  /** Starts a bulk string, whose bytes the caller puts, and then {@link #crlf}. */
  static void bulkHead(ByteBuffer out, int length) {
    out.put((byte) '$');
    number(out, length);
    crlf(out);
  }

  static void bulk(ByteBuffer out, byte[] bytes) {
    bulkHead(out, bytes.length);
    out.put(bytes);
    crlf(out);
  }

  /** A bulk string out of a buffer, whose position stays. */
  static void bulk(ByteBuffer out, ByteBuffer from, int offset, int length) {
    bulkHead(out, length);
    copy(out, from, offset, length);
    crlf(out);
  }

  /** A bulk string of two parts. */
  static void bulk(ByteBuffer out, byte[] first, ByteBuffer from, int offset, int length) {
    bulkHead(out, first.length + length);
    out.put(first);
    copy(out, from, offset, length);
    crlf(out);
  }

  /** A record: version and value. */
  static void record(ByteBuffer out, long version, ByteBuffer from, int offset, int length) {
    bulkHead(out, Long.BYTES + length);
    out.putLong(version);
    copy(out, from, offset, length);
    crlf(out);
  }

  /** Eight bytes, big-endian. */
  static void int64(ByteBuffer out, long value) {
    bulkHead(out, Long.BYTES);
    out.putLong(value);
    crlf(out);
  }

  /** A number in decimal. */
  static void decimal(ByteBuffer out, long value) {
    bulkHead(out, digits(value));
    number(out, value);
    crlf(out);
  }

  /** One letter. */
  static void letter(ByteBuffer out, char letter) {
    bulkHead(out, 1);
    out.put((byte) letter);
    crlf(out);
  }

  static void copy(ByteBuffer out, ByteBuffer from, int offset, int length) {
    int at = out.position();
    out.put(at, from, offset, length);
    out.position(at + length);
  }

  static void crlf(ByteBuffer out) {
    out.put((byte) '\r').put((byte) '\n');
  }

  /** Characters of a number in decimal. */
  static int digits(long number) {
    if (number < 0) {
      return number == Long.MIN_VALUE ? MAX_DIGITS : 1 + digits(-number);
    }
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /** A number's characters. */
  static void number(ByteBuffer out, long number) {
    if (number < 0) {
      out.put((byte) '-');
      if (number == Long.MIN_VALUE) {
        out.put(ascii("9223372036854775808"));
        return;
      }
    }
    long rest = Math.abs(number);
    int end = out.position() + digits(rest);
    for (int at = end - 1; at >= out.position(); at--) {
      out.put(at, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    out.position(end);
  }
}

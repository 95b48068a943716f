package org.statelessnf.nf.ips;

import java.util.Arrays;

/**
 * Bytes to be found. Two patterns are equal if they find the same.
 *
 * @param bytes what, at least one; of a caseless pattern in lower case
 * @param caseless whether ASCII letters match in either case
 */
@SuppressWarnings("ArrayRecordComponent") // equal by content, see equals
record Pattern(byte[] bytes, boolean caseless) {

  static Pattern of(byte[] bytes, boolean caseless) {
    byte[] copy = bytes.clone();
    if (caseless) {
      for (int i = 0; i < copy.length; i++) {
        copy[i] = (byte) lower(copy[i] & 0xff);
      }
    }
    return new Pattern(copy, caseless);
  }

  /** ASCII lower case of a byte. */
  static int lower(int unsigned) {
    return unsigned >= 'A' && unsigned <= 'Z' ? unsigned + ('a' - 'A') : unsigned;
  }

  int length() {
    return bytes.length;
  }

  int at(int index) {
    return bytes[index] & 0xff;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pattern p && caseless == p.caseless && Arrays.equals(bytes, p.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + Boolean.hashCode(caseless);
  }

  @Override
  public String toString() {
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
        + (caseless ? " (caseless)" : "");
  }
}

package org.statelessnf.conformance.rules;

import static org.statelessnf.conformance.kit.Kit.bytes;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Keys and values that rules share. */
final class Samples {
  private Samples() {}

  static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A key of a given length whose first bytes tell {@code number} as far as they fit. */
  static byte[] key(int length, int number) {
    byte[] key = new byte[length];
    for (int i = 0; i < length; i++) {
      key[i] = i < Integer.BYTES ? (byte) (number >>> (8 * i)) : (byte) (i * 31 + length);
    }
    return key;
  }

  /** Keys that a careless backend mixes up: separators, zero bytes, prefixes of each other. */
  static List<byte[]> awkwardKeys() {
    List<byte[]> keys = new ArrayList<>();
    String[] texts = {
      "a", "aa", "a:", "a:b", "a/b", "a.b", "a b", " a", "a ", "{a}", "{a}b", "{b}a", "a{", "}a",
      "*", "?", "[a]", "a\r\n", "\r\n", "'", "\"", "\\", "%s", "$1", "A", "ä", "\u0000a", "a,b"
    };
    for (String text : texts) {
      keys.add(bytes(text));
    }
    keys.add(new byte[] {0});
    keys.add(new byte[] {0, 0});
    keys.add(new byte[] {'a', 0});
    keys.add(new byte[] {'a', 0, 0});
    keys.add(new byte[] {-1});
    keys.add(new byte[] {-1, -1});
    keys.add(new byte[] {(byte) 0x80});
    return keys;
  }
}

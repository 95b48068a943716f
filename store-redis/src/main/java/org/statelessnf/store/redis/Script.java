package org.statelessnf.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script that runs inside the server. Its version is its SHA-1: processes with different
 * versions of this backend can share a server. It is called by its hash; a server that does not
 * know it yet, because it is new, was restarted or took over, answers {@code NOSCRIPT}, and is then
 * sent the text, which it keeps.
 */
final class Script {
  /** Writes of one kind, each key once. */
  static final Script WRITE = load("write");

  /** Any writes. */
  static final Script MIXED = load("mixed");

  /** Timer operations. */
  static final Script TIMERS = load("timers");

  /** Claims of due timers. */
  static final Script CLAIM = load("claim");

  /** Filter operations on bitmaps. */
  static final Script BLOOM = load("bloom");

  /** Filter operations on the server's own filters. */
  static final Script BLOOM_MODULE = load("bloom-module");

  private final byte[] byHash;
  private final byte[] byText;

  Script(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(bytes);
      this.byHash = join(Resp.word("EVALSHA"), Resp.word(HexFormat.of().formatHex(hash)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    this.byText = join(Resp.word("EVAL"), Resp.word(text));
  }

  /**
   * The call's first two words, as bulk strings.
   *
   * @param text whether the script itself goes along
   */
  byte[] call(boolean text) {
    return text ? byText : byHash;
  }

  /** The text of a script of this package. */
  static String source(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("no script " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Script load(String name) {
    return new Script(source(name));
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}

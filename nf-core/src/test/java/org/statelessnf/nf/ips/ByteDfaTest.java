package org.statelessnf.nf.ips;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ByteDfaTest {
  private static final long SEED = 20_161_123;

  @Test
  void shouldFindWhatANaiveSearchFindsHoweverTheStreamIsCut() {
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      String alphabet = round % 3 == 0 ? "ab" : round % 3 == 1 ? "aAbBc" : "xYzZ\u0080\u00ff@[`{";
      List<Pattern> patterns = patterns(random, alphabet);
      ByteDfa dfa = DfaCompiler.compile(patterns);
      byte[] text = text(random, alphabet, 200);
      assertThat(found(dfa, text, random))
          .as("seed %d, round %d, patterns %s", SEED, round, patterns)
          .isEqualTo(naive(patterns, text));
    }
  }

  @Test
  void shouldHaveTheSameStatesForTheSamePatternsOnly() {
    List<Pattern> patterns = List.of(pattern("GET ", false), pattern("script", true));
    int fingerprint = DfaCompiler.compile(patterns).fingerprint();
    assertThat(DfaCompiler.compile(patterns).fingerprint()).isEqualTo(fingerprint);
    List<Pattern> others = List.of(pattern("GET ", false), pattern("scripu", true));
    assertThat(DfaCompiler.compile(others).fingerprint()).isNotEqualTo(fingerprint);
  }

  @Test
  void shouldNeedHardlyMoreStatesThanBytesOfPatternsInBothCases() {
    List<Pattern> patterns = new ArrayList<>();
    int bytes = 1;
    Random random = new Random(SEED);
    for (int i = 0; i < 400; i++) {
      byte[] text = text(random, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", 12);
      Pattern pattern = Pattern.of(text, i % 2 == 0);
      patterns.add(pattern);
      bytes += pattern.length();
    }
    assertThat(DfaCompiler.compile(patterns).states()).isLessThan(2 * bytes);
  }

  @Test
  void shouldFindNothingWithoutPatterns() {
    ByteDfa dfa = DfaCompiler.compile(List.of());
    assertThat(found(dfa, new byte[] {1, 2, 3}, new Random(SEED))).isEmpty();
  }

  static Pattern pattern(String text, boolean caseless) {
    return Pattern.of(text.getBytes(StandardCharsets.ISO_8859_1), caseless);
  }

  private static List<Pattern> patterns(Random random, String alphabet) {
    Set<Pattern> patterns = new LinkedHashSet<>();
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      byte[] bytes = text(random, alphabet, 1 + random.nextInt(6));
      patterns.add(Pattern.of(bytes, random.nextBoolean()));
    }
    return List.copyOf(patterns);
  }

  private static byte[] text(Random random, String alphabet, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
    }
    return bytes;
  }

  private static Set<String> found(ByteDfa dfa, byte[] text, Random random) {
    Set<String> found = new TreeSet<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, text.length));
      MemorySegment.copy(MemorySegment.ofArray(text), 0, memory, 0, text.length);
      int state = ByteDfa.START;
      int at = 0;
      while (at < text.length) {
        int length = Math.min(text.length - at, random.nextInt(20));
        int begin = at;
        state =
            dfa.scan(
                memory,
                at,
                length,
                state,
                (accepting, end) -> {
                  for (int i = 0; i < dfa.outputs(accepting); i++) {
                    found.add(dfa.output(accepting, i) + "@" + (begin + end));
                  }
                });
        assertThat(dfa.isState(state)).isTrue();
        at += length;
      }
    }
    return found;
  }

  private static Set<String> naive(List<Pattern> patterns, byte[] text) {
    Set<String> found = new TreeSet<>();
    for (int p = 0; p < patterns.size(); p++) {
      Pattern pattern = patterns.get(p);
      for (int end = pattern.length(); end <= text.length; end++) {
        boolean equal = true;
        for (int i = 0; i < pattern.length(); i++) {
          int b = text[end - pattern.length() + i] & 0xff;
          equal &= (pattern.caseless() ? Pattern.lower(b) : b) == pattern.at(i);
        }
        if (equal) {
          found.add(p + "@" + end);
        }
      }
    }
    return found;
  }
}

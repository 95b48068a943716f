package org.statelessnf.nf.ips;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one automaton of many patterns, some of which care for the case of letters and some do not.
 *
 * <p>Two Aho–Corasick automata, one of the patterns that do and one, over lower case, of those that
 * do not, walk side by side; their reachable pairs of states are the states of the result. Each
 * half knows the longest suffix read that begins one of its patterns, so of a pair the longer
 * suffix nearly decides the shorter one, and there are hardly more pairs than states in both.
 *
 * <p>Not thread-safe; used once.
 */
final class DfaCompiler {
  /** Most entries of the table: 256 MiB. */
  private static final int MAX_TABLE = 1 << 26;

  private static final int BYTES = 256;

  private final List<Pattern> patterns;
  private final int[] classOf = new int[BYTES];
  private int classes;

  private DfaCompiler(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /**
   * Compiles.
   *
   * @param patterns each at most once; their positions are their numbers
   * @throws IllegalArgumentException if the automaton would be too large
   */
  static ByteDfa compile(List<Pattern> patterns) {
    DfaCompiler compiler = new DfaCompiler(patterns);
    compiler.classify();
    return compiler.product(compiler.half(false), compiler.half(true));
  }

  /** A trie with all transitions resolved, a column for each class of bytes. */
  private static final class Half {
    final int columns;

    int[][] next = new int[16][];
    final List<List<Integer>> found = new ArrayList<>();
    int states;

    Half(int columns) {
      this.columns = columns;
      add();
    }

    int add() {
      if (states == next.length) {
        next = Arrays.copyOf(next, 2 * states);
      }
      next[states] = new int[columns];
      found.add(new ArrayList<>());
      return states++;
    }
  }

  /** Bytes that no pattern tells apart get the same class. */
  private void classify() {
    boolean[] exact = new boolean[BYTES];
    boolean[] folded = new boolean[BYTES];
    for (Pattern pattern : patterns) {
      for (int i = 0; i < pattern.length(); i++) {
        (pattern.caseless() ? folded : exact)[pattern.at(i)] = true;
      }
    }
    Map<Integer, Integer> known = new HashMap<>();
    for (int b = 0; b < BYTES; b++) {
      int lower = Pattern.lower(b);
      int exactly = exact[b] ? b + 1 : 0;
      int caseless = folded[lower] ? lower + 1 : 0;
      Integer fresh = known.size();
      Integer old = known.putIfAbsent(exactly << 16 | caseless, fresh);
      classOf[b] = old == null ? fresh : old;
    }
    classes = known.size();
  }

  private Half half(boolean caseless) {
    Half half = new Half(classes);
    for (int p = 0; p < patterns.size(); p++) {
      Pattern pattern = patterns.get(p);
      if (pattern.caseless() == caseless) {
        int state = 0;
        for (int i = 0; i < pattern.length(); i++) {
          int b = classOf[pattern.at(i)];
          if (half.next[state][b] == 0) {
            int added = half.add();
            half.next[state][b] = added;
          }
          state = half.next[state][b];
        }
        half.found.get(state).add(p);
      }
    }
    resolve(half);
    return half;
  }

  /** Replaces missing transitions by those of the longest proper suffix, breadth first. */
  private static void resolve(Half half) {
    int[] suffix = new int[half.states];
    int[] queue = new int[half.states];
    int tail = 0;
    for (int b = 0; b < half.columns; b++) {
      if (half.next[0][b] != 0) {
        queue[tail++] = half.next[0][b];
      }
    }
    for (int head = 0; head < tail; head++) {
      int state = queue[head];
      half.found.get(state).addAll(half.found.get(suffix[state]));
      for (int b = 0; b < half.columns; b++) {
        int child = half.next[state][b];
        int other = half.next[suffix[state]][b];
        if (child == 0) {
          half.next[state][b] = other;
        } else {
          suffix[child] = other;
          queue[tail++] = child;
        }
      }
    }
  }

  private ByteDfa product(Half exact, Half folded) {
    int[] lower = new int[classes]; // the class that has the lower case of a class's bytes
    for (int b = 0; b < BYTES; b++) {
      lower[classOf[b]] = classOf[Pattern.lower(b)];
    }
    Map<Long, Integer> numbers = new HashMap<>();
    List<Long> pairs = new ArrayList<>();
    List<int[]> rows = new ArrayList<>();
    numbers.put(0L, 0);
    pairs.add(0L);
    for (int at = 0; at < pairs.size(); at++) {
      long pair = pairs.get(at);
      int[] row = new int[classes];
      for (int c = 0; c < classes; c++) {
        long exactly = exact.next[(int) (pair >>> 32)][c];
        int caseless = folded.next[(int) pair][lower[c]];
        long to = exactly << 32 | caseless;
        Integer number = numbers.get(to);
        if (number == null) {
          number = pairs.size();
          numbers.put(to, number);
          pairs.add(to);
        }
        row[c] = number;
      }
      rows.add(row);
      if ((long) pairs.size() * classes > MAX_TABLE) {
        throw new IllegalArgumentException(
            "the contents of all rules need an automaton of more than " + MAX_TABLE + " entries");
      }
    }
    return number(exact, folded, pairs, rows);
  }

  /** Numbers the states anew, accepting ones last, and lays the table out. */
  private ByteDfa number(Half exact, Half folded, List<Long> pairs, List<int[]> rows) {
    int states = pairs.size();
    int[] renumbered = new int[states];
    List<Integer> accepting = new ArrayList<>();
    int plain = 0;
    for (int s = 0; s < states; s++) {
      if (found(exact, folded, pairs.get(s)).isEmpty()) {
        renumbered[s] = plain++;
      } else {
        accepting.add(s);
      }
    }
    int[] outputStart = new int[accepting.size() + 1];
    List<Integer> outputs = new ArrayList<>();
    for (int a = 0; a < accepting.size(); a++) {
      int state = accepting.get(a);
      renumbered[state] = plain + a;
      outputs.addAll(found(exact, folded, pairs.get(state)));
      outputStart[a + 1] = outputs.size();
    }
    int[] table = new int[states * classes];
    for (int s = 0; s < states; s++) {
      for (int c = 0; c < classes; c++) {
        table[renumbered[s] * classes + c] = renumbered[rows.get(s)[c]] * classes;
      }
    }
    int[] found = outputs.stream().mapToInt(Integer::intValue).toArray();
    int fingerprint =
        31 * (31 * (31 * Arrays.hashCode(table) + Arrays.hashCode(classOf)) + plain)
            + Arrays.hashCode(found);
    return new ByteDfa(table, classOf, classes, plain, outputStart, found, fingerprint);
  }

  private static List<Integer> found(Half exact, Half folded, long pair) {
    List<Integer> all = new ArrayList<>(exact.found.get((int) (pair >>> 32)));
    all.addAll(folded.found.get((int) pair));
    return all;
  }
}

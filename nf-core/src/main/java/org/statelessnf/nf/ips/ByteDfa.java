package org.statelessnf.nf.ips;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A deterministic automaton that finds many patterns in one pass over bytes (Aho and Corasick 1975,
 * all failure transitions resolved). Its state is one number, so that a stream can be searched
 * piece by piece, by whoever gets the next piece.
 *
 * <p>States are numbered so that those at whose entry some pattern ends come last: the inner loop
 * needs one comparison to tell. A state's number is stable for one set of patterns; {@link
 * #fingerprint} tells sets apart.
 *
 * <pre>
 *   next state = table[state * classes + classOf[byte]]      classes: bytes that no pattern tells
 *                                                            apart share a column
 * </pre>
 *
 * <p>Within the table, states are row offsets (already multiplied); outside, plain numbers. Built
 * by {@link DfaCompiler}. Immutable, any thread; scanning allocates nothing.
 */
public final class ByteDfa {
  /** The state at the beginning of a stream. */
  public static final int START = 0;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final int[] table;
  private final int[] classOf;
  private final int classes;
  private final int states;
  private final int firstAccepting;
  private final int[] outputStart;
  private final int[] outputs;
  private final int fingerprint;

  /** Takes note of the patterns that a scan finds. */
  public interface Listener {
    /**
     * Some patterns end here.
     *
     * @param state an accepting state, for {@link #output}
     * @param end bytes of this piece up to and with the last one of the pattern
     */
    void accepted(int state, int end);
  }

  ByteDfa(
      int[] table,
      int[] classOf,
      int classes,
      int firstAccepting,
      int[] outputStart,
      int[] outputs,
      int fingerprint) {
    this.table = table;
    this.classOf = classOf;
    this.classes = classes;
    this.states = table.length / classes;
    this.firstAccepting = firstAccepting;
    this.outputStart = outputStart;
    this.outputs = outputs;
    this.fingerprint = fingerprint;
  }

  /**
   * Searches a piece of a stream.
   *
   * @param memory holds the piece
   * @param offset where it begins
   * @param length its bytes
   * @param state what the piece before ended with, or {@link #START}
   * @param listener is told what ends within this piece
   * @return the state for the next piece
   */
  public int scan(MemorySegment memory, long offset, int length, int state, Listener listener) {
    int[] next = table;
    int[] column = classOf;
    int accepting = firstAccepting * classes;
    int row = state * classes;
    for (int i = 0; i < length; i++) {
      row = next[row + column[memory.get(BYTE, offset + i) & 0xff]];
      if (row >= accepting) {
        listener.accepted(row / classes, i + 1);
      }
    }
    return row / classes;
  }

  /** How many patterns end at an accepting state's entry. */
  int outputs(int state) {
    int index = state - firstAccepting;
    return outputStart[index + 1] - outputStart[index];
  }

  /** One of the patterns that end at an accepting state's entry, by its number. */
  int output(int state, int index) {
    return outputs[outputStart[state - firstAccepting] + index];
  }

  /** Whether that is one of this automaton's states. */
  boolean isState(int state) {
    return state >= 0 && state < states;
  }

  /** How many states there are. */
  public int states() {
    return states;
  }

  /** How many classes of bytes there are. */
  public int classes() {
    return classes;
  }

  /** The same for automata with the same states for the same patterns. */
  public int fingerprint() {
    return fingerprint;
  }
}

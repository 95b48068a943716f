package org.statelessnf.nf.reassembly;

import java.util.List;

/** Reads overlapping segments that must agree. */
final class Reader {
  private Reader() {}

  /** What a receiver reads behind the first {@code gap} bytes; fails if copies differ. */
  static String read(List<String> out, int gap, int second) {
    // The first to leave fills the gap; then the two that waited, by their begin.
    int first = 1010 - 1000;
    int other = second - 1000;
    int[] begins = {0, Math.min(first, other), Math.max(first, other)};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < out.size(); i++) {
      String segment = out.get(i);
      for (int b = 0; b < segment.length(); b++) {
        int at = begins[i] + b;
        if (at < text.length()) {
          if (text.charAt(at) != segment.charAt(b)) {
            throw new AssertionError("copies differ at " + at + ": " + out);
          }
        } else {
          text.append(segment.charAt(b));
        }
      }
    }
    return text.substring(gap);
  }
}

package org.statelessnf.host;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in aligned columns. Cells that look like numbers are set to the right. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean header;

  /**
   * A table with a header.
   *
   * @param titles of the columns; none for a table without header
   */
  public TextTable(String... titles) {
    this.header = titles.length > 0;
    if (header) {
      rows.add(List.of(titles));
    }
  }

  /** Adds a row. */
  public TextTable row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
    return this;
  }

  /** Whether there is no row beside the header. */
  public boolean isEmpty() {
    return rows.size() == (header ? 1 : 0);
  }

  /** The lines, without blanks at their ends. */
  @Override
  public String toString() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] width = new int[columns];
    boolean[] right = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      right[c] = true;
      for (int r = 0; r < rows.size(); r++) {
        String cell = cell(r, c);
        width[c] = Math.max(width[c], cell.length());
        right[c] &= (r == 0 && header) || cell.isEmpty() || isNumber(cell);
      }
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = cell(r, c);
        String blanks = " ".repeat(width[c] - cell.length());
        line.append(c == 0 ? "" : GAP).append(right[c] ? blanks + cell : cell + blanks);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private String cell(int row, int column) {
    List<String> cells = rows.get(row);
    return column < cells.size() ? cells.get(column) : "";
  }

  private static boolean isNumber(String text) {
    return text.matches("[-+]?[0-9][0-9,.]*( ?(%|[a-zµ/]{1,4}))?|-");
  }
}

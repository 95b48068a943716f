package org.statelessnf.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void shouldAlignTextLeftAndNumbersRight() {
    TextTable table =
        new TextTable("name", "count").row("a", "1,000").row("long name", 7).row("b", "12.5 µs");

    assertThat(table.toString())
        .isEqualTo(
            """
            name         count
            a            1,000
            long name        7
            b          12.5 µs
            """);
  }

  @Test
  void shouldLeaveNoBlanksAtTheEndOfALine() {
    assertThat(new TextTable().row("a", "").row("b", "text").toString()).isEqualTo("a\nb  text\n");
  }

  @Test
  void shouldWriteTimesInTheirUnits() {
    assertThat(Text.nanos(850)).isEqualTo("850 ns");
    assertThat(Text.nanos(12_345)).isEqualTo("12.3 µs");
    assertThat(Text.nanos(4_500_000)).isEqualTo("4.5 ms");
    assertThat(Text.nanos(1_200_000_000)).isEqualTo("1.20 s");
    assertThat(Text.plural(1, "packet")).isEqualTo("1 packet");
    assertThat(Text.plural(1234, "packet")).isEqualTo("1,234 packets");
  }
}

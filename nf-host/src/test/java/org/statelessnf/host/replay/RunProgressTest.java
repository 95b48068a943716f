package org.statelessnf.host.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class RunProgressTest {
  private final StringWriter shown = new StringWriter();

  private String show(boolean watched) {
    try (RunProgress progress = new RunProgress(new PrintWriter(shown), watched, 0)) {
      progress.onProgress(500, 1000, 7);
      progress.onKill("snf-2", 7, 3);
      progress.onProgress(1000, 1000, 12);
    }
    return shown.toString();
  }

  @Test
  void shouldShowABarToAPersonAndTakeItAway() {
    String text = show(true);
    assertThat(text).contains("bytes", "100%", "12 packets");
    assertThat(text).contains("snf-2 killed after 7 packets, 3 died with it\n").endsWith("\r");
  }

  @Test
  void shouldTellAProgramOnlyWhatWasKilled() {
    assertThat(show(false)).isEqualTo("snf-2 killed after 7 packets, 3 died with it\n");
  }
}

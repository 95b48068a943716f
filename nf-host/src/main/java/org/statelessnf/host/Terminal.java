package org.statelessnf.host;

import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** What the command shows while it works, if a person watches. */
public final class Terminal {
  private static final int USUAL_COLUMNS = 80;
  private static final int REFRESH_MILLIS = 200;

  private Terminal() {}

  /** Whether a person watches. */
  @SuppressWarnings("SystemConsoleNull") // declared nullable all the same
  public static boolean isWatched() {
    return System.console() != null && System.console().isTerminal();
  }

  /** Characters in a line. */
  public static int columns() {
    String told = System.getenv("COLUMNS");
    boolean number = told != null && told.matches("[1-9][0-9]{1,3}");
    return number ? Integer.parseInt(told) : USUAL_COLUMNS;
  }

  /**
   * A bar that fills, in the last line. Called by one thread, drawn by its own; both write under
   * one lock.
   */
  public static final class Bar implements AutoCloseable {
    private final PrintWriter talk;
    private final int columns;
    private final Object lock = new Object();
    private final ProgressBar bar;

    /**
     * Shows it.
     *
     * @param talk the terminal
     * @param columns its width
     * @param name of what is counted
     * @param steps until it is full
     */
    public Bar(PrintWriter talk, int columns, String name, long steps) {
      this.talk = talk;
      this.columns = columns;
      this.bar =
          ProgressBar.builder()
              .setTaskName(name)
              .setInitialMax(steps)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setUpdateIntervalMillis(REFRESH_MILLIS)
              .hideEta() // steps take from nothing to seconds
              .setConsumer(new DelegatingProgressBarConsumer(this::draw, columns - 1))
              .build();
    }

    /** Says what it is at. */
    public void doing(String what) {
      bar.setExtraMessage(what);
    }

    /** Says how far it is. */
    public void done(long steps) {
      bar.stepTo(steps);
    }

    /** Puts a line above it. */
    public void tell(String line) {
      synchronized (lock) {
        erase();
        talk.println(line);
      }
    }

    /** Takes the bar away. */
    @Override
    public void close() {
      bar.close();
      synchronized (lock) {
        erase();
        talk.flush();
      }
    }

    private void draw(String line) {
      synchronized (lock) {
        talk.print("\r" + line);
        talk.flush();
      }
    }

    private void erase() {
      talk.print("\r" + " ".repeat(columns - 1) + "\r");
    }
  }
}

package org.statelessnf.host.replay;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Terminal;

/**
 * Shows how far a replay is: a bar on a terminal, once it takes longer than a moment, and nothing
 * elsewhere. A killed instance is told in both cases. Called by the thread that replays.
 */
public final class RunProgress implements ReplayListener, AutoCloseable {
  private static final long MOMENT_NANOS = 500_000_000L;

  private final PrintWriter talk;
  private final boolean watched;
  private final long momentNanos;
  private long next;
  private Terminal.@Nullable Bar bar;

  /**
   * Shows nothing yet.
   *
   * @param talk where to
   * @param watched whether it is a terminal
   */
  public RunProgress(PrintWriter talk, boolean watched) {
    this(talk, watched, MOMENT_NANOS);
  }

  RunProgress(PrintWriter talk, boolean watched, long momentNanos) {
    this.talk = talk;
    this.watched = watched;
    this.momentNanos = momentNanos;
    this.next = System.nanoTime() + momentNanos;
  }

  @Override
  public void onProgress(long bytesRead, long totalBytes, long packets) {
    long now = System.nanoTime();
    if (!watched || now - next < 0) {
      return;
    }
    next = now + momentNanos;
    if (bar == null) {
      bar = new Terminal.Bar(talk, Terminal.columns(), "bytes", totalBytes);
    }
    bar.doing(packets + " packets");
    bar.done(bytesRead);
  }

  @Override
  public void onKill(String instance, long packets, long lost) {
    String line = "%s killed after %d packets, %d died with it".formatted(instance, packets, lost);
    if (bar == null) {
      talk.println(line);
    } else {
      bar.tell(line);
    }
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}

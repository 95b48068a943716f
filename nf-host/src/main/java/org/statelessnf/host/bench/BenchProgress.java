package org.statelessnf.host.bench;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Terminal;

/** Shows how a benchmark goes: a bar on a terminal, a line for each part elsewhere. */
public final class BenchProgress implements BenchListener, AutoCloseable {
  private final PrintWriter talk;
  private final boolean watched;
  private Terminal.@Nullable Bar bar;
  private String part = "";

  /**
   * Shows nothing yet.
   *
   * @param talk where to
   * @param watched whether it is a terminal
   */
  public BenchProgress(PrintWriter talk, boolean watched) {
    this.talk = talk;
    this.watched = watched;
  }

  @Override
  public void started(String header, int steps) {
    talk.println(header);
    if (watched) {
      bar = new Terminal.Bar(talk, Terminal.columns(), "bench", steps);
    }
  }

  @Override
  public void part(String name) {
    part = name;
    if (bar == null) {
      talk.println("snf bench: " + name);
    }
  }

  @Override
  public void step(String what, int done) {
    if (bar != null) {
      bar.doing(part + ", " + what);
      bar.done(done);
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

package org.statelessnf.host.live;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.statelessnf.host.Terminal;
import org.statelessnf.host.Text;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.engine.PipeMetrics;

/**
 * Shows how a live run goes: one line on a terminal, renewed every second. Anywhere: a line when
 * the store is lost, and one when it is back.
 */
public final class LiveMeter implements Consumer<List<PipeMetrics>>, AutoCloseable {
  private static final long SECOND = 1_000_000_000L;

  private final PrintWriter talk;
  private final boolean watched;
  private final long began = System.nanoTime();
  private final StoreWatch store = new StoreWatch(this::say);
  private long looked = began;
  private boolean shown;
  private long inBefore;

  /**
   * Shows nothing yet.
   *
   * @param talk where to
   * @param watched whether it is a terminal
   */
  public LiveMeter(PrintWriter talk, boolean watched) {
    this.talk = talk;
    this.watched = watched;
  }

  @Override
  public void accept(List<PipeMetrics> pipes) {
    long now = System.nanoTime();
    if (now - looked < SECOND) {
      return;
    }
    store.look(
        sum(pipes, pipe -> pipe.drops(DropReason.STORE_UNAVAILABLE)),
        sum(pipes, PipeMetrics::packetsOut));
    if (watched) {
      draw(line(pipes, now));
      shown = true;
    }
    looked = now;
    inBefore = sum(pipes, PipeMetrics::packetsIn);
  }

  private void say(String line) {
    erase();
    talk.println(line);
    talk.flush();
  }

  private String line(List<PipeMetrics> pipes, long now) {
    long in = sum(pipes, PipeMetrics::packetsIn);
    return "%d s  in %s (%s/s)  out %s  dropped %s  conflicts %s"
        .formatted(
            (now - began) / SECOND,
            Text.count(in),
            Text.count((long) ((in - inBefore) * 1e9 / (now - looked))),
            Text.count(sum(pipes, PipeMetrics::packetsOut)),
            Text.count(sum(pipes, ReplayResult::drops)),
            Text.count(sum(pipes, PipeMetrics::conflicts)));
  }

  private static long sum(List<PipeMetrics> pipes, ToLongFunction<PipeMetrics> count) {
    return pipes.stream().mapToLong(count).sum();
  }

  private void draw(String line) {
    int room = Terminal.columns() - 1;
    String cut = line.length() > room ? line.substring(0, room) : line;
    talk.print("\r" + cut + " ".repeat(room - cut.length()));
    talk.flush();
  }

  @Override
  public void close() {
    erase();
  }

  /** Takes the line away. */
  public void erase() {
    if (shown) {
      draw("");
      talk.print("\r");
      talk.flush();
      shown = false;
    }
  }
}

package org.statelessnf.host.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Terminal;
import org.statelessnf.host.live.LiveMeter;
import org.statelessnf.host.live.LivePorts;
import org.statelessnf.host.live.LiveRun;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.engine.Direction;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** {@code snf run} on network devices, from opening them to the report. */
final class LiveSession {
  private final String name;
  private final Supplier<NetworkFunction> function;
  private final Direction direction;
  private final LiveRun.Config config;

  LiveSession(
      String name, Supplier<NetworkFunction> function, Direction direction, LiveRun.Config config) {
    this.name = name;
    this.function = function;
    this.direction = direction;
    this.config = config;
  }

  /**
   * Runs until someone says stop, the time is up or the packets have come. Ends only when every
   * packet buffer is back.
   *
   * @param report told at the end, once the devices are stopped
   */
  void run(String in, String out, String storeUri, PrintWriter talk, Consumer<RunReport> report) {
    int pipes = config.instances() * config.pipes();
    try (GracefulEnd end = new GracefulEnd()) {
      try (LivePorts ports = LivePorts.open(in, out, pipes);
          StateStore store = Stores.open(storeUri);
          LiveMeter meter = new LiveMeter(talk, Terminal.isWatched())) {
        LiveRun run =
            new LiveRun(name, config, function, store, pipe -> ports.pipe(pipe, direction));
        end.onSignal(run::stop);
        ReplayResult result = run.run(meter);
        meter.erase();
        List<LivePorts.DeviceResult> devices = ports.finish();
        report.accept(new RunReport(name, function.get().layout(), result, devices));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      end.reported(ExitCode.OK);
    }
  }
}

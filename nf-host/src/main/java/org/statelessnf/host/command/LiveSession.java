package org.statelessnf.host.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Terminal;
import org.statelessnf.host.Text;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.live.LiveMeter;
import org.statelessnf.host.live.LivePorts;
import org.statelessnf.host.live.LiveRun;
import org.statelessnf.host.live.WireConfig;
import org.statelessnf.host.live.Wires;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** {@code snf run} on network devices, from opening them to the report. */
final class LiveSession {
  private final String name;
  private final Supplier<NetworkFunction> function;

  /** Frames of neighbour resolution and ICMP, of all pipes. */
  private static final int OWN_FRAMES = 1024;

  private static final int OWN_FRAME_BYTES = 2048;

  private final WireConfig wire;
  private final LiveRun.Config config;

  LiveSession(
      String name, Supplier<NetworkFunction> function, WireConfig wire, LiveRun.Config config) {
    this.name = name;
    this.function = function;
    this.wire = wire;
    this.config = config;
    if (config.instances() * config.pipes() > wire.maxPipes()) {
      throw new UsageException(
          "a %s has %s at most".formatted(wire, Text.plural(wire.maxPipes(), "pipe")));
    }
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
      try (PacketPool frames = new PacketPool(OWN_FRAMES, OWN_FRAME_BYTES);
          LivePorts ports = LivePorts.open(in, out, pipes);
          StateStore store = Stores.open(storeUri);
          LiveMeter meter = new LiveMeter(talk, Terminal.isWatched())) {
        Wires wires = new Wires();
        LiveRun run =
            new LiveRun(
                name,
                config,
                function,
                store,
                pipe -> wires.add(ports.wire(pipe, wire, frames)).ports());
        end.onSignal(run::stop);
        talk.println("snf run: " + wire + ", " + in + " to " + out + "; Ctrl-C ends it");
        ReplayResult result;
        try {
          result = run.run(meter);
        } finally {
          wires.close();
        }
        meter.erase();
        List<LivePorts.DeviceResult> devices = ports.finish();
        report.accept(
            new RunReport(name, function.get().layout(), result, devices, wires.events()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      end.reported(ExitCode.OK);
    }
  }
}

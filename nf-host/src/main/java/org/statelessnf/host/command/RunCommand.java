package org.statelessnf.host.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Durations;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.host.Terminal;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.live.LivePorts;
import org.statelessnf.host.live.LiveRun;
import org.statelessnf.host.live.WireConfig;
import org.statelessnf.host.live.WireOptions;
import org.statelessnf.host.replay.CaptureFileSink;
import org.statelessnf.host.replay.CaptureFileSource;
import org.statelessnf.host.replay.Replay;
import org.statelessnf.host.replay.ReplayConfig;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.host.replay.RunProgress;
import org.statelessnf.host.replay.Spray;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CaptureWriter;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.engine.Direction;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code snf run}: a capture through a network function into another capture, or what comes in by a
 * network device out by another.
 */
@Command(
    name = "run",
    description = "Sends packets through a network function whose state is in a store.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  snf run --nf firewall --store caffeine: --in in.pcap --out out.pcap",
      "  snf run --nf nat --external 192.0.2.1 --store redis://localhost --in in.pcap --out"
          + " out.pcap",
      "  snf run --nf lb --vip 192.0.2.80:80 --backend 10.0.0.1:80,10.0.0.2:80 \\",
      "      --store caffeine: --in in.pcap --out out.pcap --instances 4 --kill-instance-after"
          + " 5000",
      "  snf run --nf firewall --store caffeine: --in dpdk:net_af_packet,iface=veth0 \\",
      "      --out dpdk:net_af_packet,iface=veth1",
      "  snf run --nf ips --rules my.rules --alerts eve.json --store caffeine: \\",
      "      --in in.pcap --out out.pcap"
    })
public final class RunCommand implements Runnable {
  /** More than a replay takes to end, unless it waits for its capture to go on. */
  private static final long STOP_SECONDS = 5;

  @Mixin private FunctionOptions functions = new FunctionOptions();

  @Mixin private WireOptions wireOptions = new WireOptions();

  @Option(
      names = "--store",
      required = true,
      paramLabel = "URI",
      description = "Where the state is.")
  private String store = "";

  @Option(
      names = "--in",
      required = true,
      paramLabel = "FILE|PORT",
      description = {
        "Capture to read, pcap or pcapng; - for standard input.",
        "Or a network device: dpdk:net_af_packet,iface=veth0 (docs/dpdk.md)."
      })
  private String in = "";

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE|PORT",
      description = "Capture to write, pcapng if its name ends so; or a network device.")
  private String out = "";

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "1",
      description = "Instances that share only the store (default 1).")
  private int instances = 1;

  @Option(
      names = "--spray",
      paramLabel = "HOW",
      defaultValue = "packet",
      description = "packet (default): single packets in turn; flow: by flow.")
  private Spray spray = Spray.PACKET;

  @Option(
      names = "--kill-instance-after",
      paramLabel = "PACKETS",
      description = "Kill one instance abruptly after so many packets.")
  private @Nullable Long killAfter;

  @Option(
      names = "--pipes",
      paramLabel = "N",
      defaultValue = "1",
      description = "Pipes of each instance (default 1).")
  private int pipes = 1;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "512",
      description = "Most packets in a batch (default 512).")
  private int maxBatch = 512;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "Network devices: end after that time, such as 30s or 5m (default: Ctrl-C).")
  private @Nullable String duration;

  @Option(
      names = "--count",
      paramLabel = "PACKETS",
      description = "Network devices: end after so many packets.")
  private @Nullable Long count;

  @Option(names = "--check-checksums", description = "Drop packets with wrong checksums.")
  private boolean checkChecksums;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (default) or json.")
  private OutputFormat format = OutputFormat.TABLE;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec == null) {
      return;
    }
    try {
      run(spec);
    } finally {
      functions.close();
    }
  }

  private void run(CommandLine.Model.CommandSpec command) {
    PrintWriter data = command.commandLine().getOut();
    PrintWriter talk = command.commandLine().getErr();
    Direction direction = functions.direction();
    ReplayConfig config = config();
    Supplier<NetworkFunction> function = functions.function();
    if (LivePorts.isLive(in) || LivePorts.isLive(out)) {
      LiveRun.Config live = liveConfig(config);
      WireConfig wire =
          wireOptions.config(
              LivePorts.isOneWay(in, out),
              direction,
              functions.served(false),
              functions.served(true));
      new LiveSession(functions.name(), function, wire, live)
          .run(in, out, store, talk, report -> print(data, report));
      return;
    }
    if (duration != null || count != null) {
      throw new UsageException("--duration and --count are for network devices");
    }
    wireOptions.refuseAll();
    Path source = file("--in", in);
    Path sink = file("--out", out);
    refuseOverwritingInput(source, sink);
    try (GracefulEnd end = new GracefulEnd()) {
      end.onSignal(end::close); // until packets are under way there is nothing to wait for
      try (CaptureReader reader = CaptureReader.open(source);
          StateStore shared = Stores.open(store);
          CaptureWriter writer = CaptureWriter.openLike(sink, reader)) {
        ReplayResult result =
            replay(function, direction, config, reader, shared, writer, talk, end);
        if (reader.truncation() != null) {
          talk.println("snf run: warning: " + reader.truncation());
        }
        print(
            data,
            new RunReport(functions.name(), function.get().layout(), result, List.of(), Map.of()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void print(PrintWriter data, RunReport report) {
    data.print(format == OutputFormat.JSON ? report.json() + "\n" : report.table());
    data.flush();
  }

  private static Path file(String option, String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UsageException(option + ": " + e.getMessage(), e);
    }
  }

  private LiveRun.Config liveConfig(ReplayConfig config) {
    if (!LivePorts.isLive(in) || !LivePorts.isLive(out)) {
      throw new UsageException("--in and --out are both captures or both network devices");
    }
    if (killAfter != null) {
      throw new UsageException("--kill-instance-after is for captures");
    }
    if (count != null && count < 1) {
      throw new UsageException("--count " + count + " < 1");
    }
    return new LiveRun.Config(
        config.instances(),
        config.pipesPerInstance(),
        config.pipe(),
        duration == null ? 0 : Durations.nanos("--duration", duration),
        count == null ? 0 : count);
  }

  private ReplayResult replay(
      Supplier<NetworkFunction> function,
      Direction direction,
      ReplayConfig config,
      CaptureReader reader,
      StateStore shared,
      CaptureWriter writer,
      PrintWriter talk,
      GracefulEnd end)
      throws IOException {
    RunProgress progress = new RunProgress(talk, Terminal.isWatched());
    Replay replay =
        new Replay(functions.name(), config, function, index -> shared, direction, progress);
    CountDownLatch replayed = new CountDownLatch(1);
    // Ctrl-C ends in good order: what was released is in the capture, and it is a valid one.
    end.onSignal(() -> {
      replay.stop();
      if (!isSoon(replayed)) {
        end.close(); // it waits for a capture that does not go on
      }
    });
    try {
      return replay.run(new CaptureFileSource(reader), new CaptureFileSink(writer));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      progress.close();
      replayed.countDown();
    }
  }

  private static boolean isSoon(CountDownLatch replayed) {
    try {
      return replayed.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private ReplayConfig config() {
    try {
      PipeConfig pipe =
          PipeConfig.defaults().withMaxBatch(maxBatch).withCheckChecksums(checkChecksums);
      ReplayConfig config = ReplayConfig.of(instances, spray).withPipes(pipes, pipe);
      if (killAfter == null) {
        return config;
      }
      if (killAfter < 1) {
        throw new IllegalArgumentException("--kill-instance-after " + killAfter + " < 1");
      }
      return config.withKill(killAfter, ReplayConfig.KillMode.BETWEEN_TURNS);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void refuseOverwritingInput(Path source, Path sink) {
    try {
      if (Files.exists(source) && Files.exists(sink) && Files.isSameFile(source, sink)) {
        throw new UsageException("--out " + sink + " is the capture that is read");
      }
    } catch (IOException e) {
      throw new UsageException(sink + ": " + e.getMessage(), e);
    }
  }
}

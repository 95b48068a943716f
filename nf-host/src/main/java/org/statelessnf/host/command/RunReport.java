package org.statelessnf.host.command;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.statelessnf.host.Json;
import org.statelessnf.host.Text;
import org.statelessnf.host.TextTable;
import org.statelessnf.host.live.LivePorts.DeviceResult;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.io.wire.WireEvent;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.store.TableClass;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code snf run} says about a run. */
final class RunReport {
  private static final double[] PERCENTILES = {50, 95, 99, 99.9};
  private static final String[] NAMES = {"p50", "p95", "p99", "p999"};

  private final String function;
  private final StateLayout layout;
  private final ReplayResult result;
  private final List<DeviceResult> devices;
  private final Map<String, Map<WireEvent, Long>> wire;

  /**
   * Of a run.
   *
   * @param function the network function's name
   * @param layout its tables
   * @param result what happened
   * @param devices what its network devices counted; empty if it had none
   * @param wire what was done beside the network function, by side
   */
  RunReport(
      String function,
      StateLayout layout,
      ReplayResult result,
      List<DeviceResult> devices,
      Map<String, Map<WireEvent, Long>> wire) {
    this.function = function;
    this.layout = layout;
    this.result = result;
    this.devices = devices;
    this.wire = wire;
  }

  private long flowsCreated() {
    for (StateTable table : layout.tables()) {
      if (table.tableClass() == TableClass.FLOW) {
        return result.recordsCreated(table); // the first flow table holds one record per flow
      }
    }
    return 0;
  }

  String json() {
    ObjectNode json = Json.object();
    json.put("nf", function);
    json.put("packetsIn", result.packetsIn());
    json.put("packetsOut", result.packetsOut());
    drops(json.putObject("drops"), result.drops());
    json.put("held", result.sum(PipeMetrics::held));
    json.put("emitted", result.sum(PipeMetrics::emitted));
    json.put("flowsCreated", flowsCreated());
    json.put("storeReads", result.sum(PipeMetrics::storeReads));
    json.put("localReads", result.sum(PipeMetrics::localReads));
    json.put("remoteReads", result.sum(PipeMetrics::remoteReads));
    json.put("storeWrites", result.sum(PipeMetrics::storeWrites));
    json.put("conflicts", result.sum(PipeMetrics::conflicts));
    json.put("timersFired", result.sum(PipeMetrics::timersFired));
    json.put("batches", result.sum(PipeMetrics::batches));
    json.put("batchSizeMean", result.batchSizeMean());
    json.put("elapsedNanos", result.elapsedNanos());
    latency(json.putObject("latencyNanos"), result.latencyNanos());
    json.put("lostWithInstance", result.lostWithInstance());
    wire.forEach((side, events) -> {
      ObjectNode counts = json.withObjectProperty("wire").putObject(side);
      events.forEach((event, count) -> counts.put(event.name().toLowerCase(Locale.ROOT), count));
    });
    ObjectNode failures = json.putObject("storeFailures");
    result.storeFailures().forEach((outcome, count) -> failures.put(outcome.name(), count));
    ArrayNode pipes = json.putArray("pipes");
    for (ReplayResult.LaneResult lane : result.lanes()) {
      ObjectNode pipe = pipes.addObject();
      pipe.put("instance", lane.instance());
      pipe.put("killed", lane.killed());
      pipe.put("packetsDealt", lane.dealt());
      pipe.put("packetsOut", lane.sent());
      drops(pipe.putObject("drops"), ReplayResult.drops(lane));
      pipe.put("storeReads", lane.metrics().storeReads());
      pipe.put("storeWrites", lane.metrics().storeWrites());
      pipe.put("conflicts", lane.metrics().conflicts());
      pipe.put("batches", lane.metrics().batches());
      latency(pipe.putObject("latencyNanos"), lane.metrics().latencyNanos());
    }
    if (!devices.isEmpty()) {
      devices(json.putArray("devices"));
    }
    return Json.text(json);
  }

  private void devices(ArrayNode array) {
    for (DeviceResult device : devices) {
      ObjectNode json = array.addObject();
      json.put("name", device.name());
      json.put("packetsIn", device.stats().packetsIn());
      json.put("packetsOut", device.stats().packetsOut());
      json.put("missed", device.stats().missed());
      json.put("noBuffer", device.stats().noBuffer());
      json.put("errorsIn", device.stats().errorsIn());
      json.put("errorsOut", device.stats().errorsOut());
      json.put("refused", device.refused());
      json.put("buffers", device.buffers());
      json.put("buffersBack", device.buffersBack());
    }
  }

  private static void drops(ObjectNode to, Map<DropReason, Long> drops) {
    drops.forEach((reason, count) -> to.put(name(reason), count));
  }

  private static String name(DropReason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  private static void latency(ObjectNode to, Histogram histogram) {
    for (int i = 0; i < PERCENTILES.length; i++) {
      to.put(NAMES[i], histogram.getValueAtPercentile(PERCENTILES[i]));
    }
    to.put("max", histogram.getMaxValue());
  }

  String table() {
    TextTable summary = new TextTable("what", "value");
    summary.row("packets in", Text.count(result.packetsIn()));
    summary.row("packets out", Text.count(result.packetsOut()));
    result
        .drops()
        .forEach((reason, count) -> summary.row("dropped: " + reason.text(), Text.count(count)));
    long emitted = result.sum(PipeMetrics::emitted);
    if (emitted > 0) {
      summary.row("held", Text.count(result.sum(PipeMetrics::held)));
      summary.row("emitted (released or made)", Text.count(emitted));
    }
    if (result.kill() != null) {
      summary.row("lost with the killed instance", Text.count(result.lostWithInstance()));
    }
    summary.row("flows created", Text.count(flowsCreated()));
    long reads = result.sum(PipeMetrics::storeReads);
    summary.row("store reads", Text.count(reads));
    summary.row(
        "store reads per packet",
        Text.decimal(result.packetsIn() == 0 ? 0 : (double) reads / result.packetsIn()));
    long local = result.sum(PipeMetrics::localReads);
    long remote = result.sum(PipeMetrics::remoteReads);
    if (local + remote > 0) {
      summary.row("reads of own records", Text.count(local));
      summary.row("reads of other nodes' records", Text.count(remote));
    }
    summary.row("store writes", Text.count(result.sum(PipeMetrics::storeWrites)));
    summary.row("conflicts", Text.count(result.sum(PipeMetrics::conflicts)));
    summary.row("batches", Text.count(result.sum(PipeMetrics::batches)));
    summary.row("packets per batch", Text.decimal(result.batchSizeMean()));
    summary.row("elapsed", Text.nanos(result.elapsedNanos()));
    summary.row("packets per second", Text.count((long) result.packetsPerSecond()));
    Histogram latency = result.latencyNanos();
    for (int i = 0; i < PERCENTILES.length; i++) {
      summary.row("latency " + NAMES[i], Text.nanos(latency.getValueAtPercentile(PERCENTILES[i])));
    }
    summary.row("latency max", Text.nanos(latency.getMaxValue()));
    wire.forEach((side, events) ->
        events.forEach(
            (event, count) -> summary.row(side + ": " + event.text(), Text.count(count))));
    return summary
        + (result.lanes().size() == 1 ? "" : "\n" + pipes())
        + (devices.isEmpty() ? "" : "\n" + devices());
  }

  private TextTable devices() {
    TextTable table =
        new TextTable("device", "in", "out", "missed", "no buffer", "refused", "buffers back");
    for (DeviceResult device : devices) {
      table.row(
          device.name(),
          Text.count(device.stats().packetsIn()),
          Text.count(device.stats().packetsOut()),
          Text.count(device.stats().missed()),
          Text.count(device.stats().noBuffer()),
          Text.count(device.refused()),
          Text.count(device.buffersBack()) + " of " + Text.count(device.buffers()));
    }
    return table;
  }

  private TextTable pipes() {
    TextTable pipes = new TextTable("instance", "dealt", "out", "reads", "writes", "conflicts", "");
    for (ReplayResult.LaneResult lane : result.lanes()) {
      pipes.row(
          lane.instance(),
          Text.count(lane.dealt()),
          Text.count(lane.sent()),
          Text.count(lane.metrics().storeReads()),
          Text.count(lane.metrics().storeWrites()),
          Text.count(lane.metrics().conflicts()),
          lane.killed() ? "killed" : "");
    }
    return pipes;
  }
}

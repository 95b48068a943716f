package org.statelessnf.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.statelessnf.io.dpdk.DpdkPort;
import org.statelessnf.io.dpdk.DpdkPorts;
import org.statelessnf.io.dpdk.MbufBurst;
import org.statelessnf.io.dpdk.NativeMemory;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * What do DPDK's packets cost in Java? Forwarding with swapped Ethernet addresses over a null
 * device against {@code dpdk-testpmd} doing the same, rounds of all taking turns, in packets per
 * second of the forwarding thread's CPU time:
 *
 * <ul>
 *   <li><b>bursts</b>: the port's bare bursts, what a forwarder needs;
 *   <li><b>packets</b>: with the handles that network functions work on;
 *   <li><b>firewall</b>: the whole engine on {@code caffeine:}, 100,000 UDP flows in random order,
 *       whose headers are written into the null device's empty frames on the way in (that costs
 *       too).
 * </ul>
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.DpdkForwarding [rounds [seconds]]
 * </pre>
 *
 * <p>Needs Debian's {@code dpdk-dev} and two cores; best with nothing else on them. Bars: bursts at
 * least 0.95 of testpmd at 32 and 64 packets a burst, and 0 bytes allocated per packet.
 *
 * <p>Five rounds of 1 s, two cores with some other work (load 4 to 6): bursts 1.44 (1.33 to 1.52)
 * and 1.48 (1.44 to 1.52) at 32 and 64, packets 0.90 (0.83 to 0.95) and 1.01 (0.95 to 1.05),
 * firewall 0.06 and 0.07; 0 B. What a handle costs is a third of a forwarded packet; the time of a
 * burst, read once, is 1 ns of each of 32 packets.
 */
public final class DpdkForwarding {
  private static final String DEVICE = "dpdk:net_null,size=64";
  private static final int[] BURSTS = {32, 64};
  private static final int CALLS_BETWEEN_LOOKS = 4_096;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private DpdkForwarding() {}

  /**
   * Figures of one round.
   *
   * @param packetsPerCpuSecond of the forwarding thread
   * @param allocatedPerPacket by that thread
   */
  record Run(double packetsPerCpuSecond, double allocatedPerPacket) {}

  /** Forwards one burst and tells how many packets that were. */
  @FunctionalInterface
  private interface Forwarder {
    int forward(int burst);
  }

  /**
   * Runs the comparison and prints it.
   *
   * @param args rounds, 9 if left out; seconds per round, 2 if left out
   */
  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 9;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 2;
    if (!TestPmd.isInstalled()) {
      System.out.println("dpdk-testpmd is not installed (Debian: dpdk-dev)");
      return;
    }
    System.out.printf(
        "%-22s %14s %14s %6s %8s %9s%n",
        "forwarder", "packets/CPU s", "testpmd", "ratio", "spread", "B/packet");
    try (DpdkPorts ports = DpdkPorts.open(DEVICE)) {
      DpdkPort port = ports.device(DEVICE).port(0);
      for (int burst : BURSTS) {
        compare(port, burst, rounds, seconds);
      }
    }
    System.exit(0);
  }

  private static void compare(DpdkPort port, int burst, int rounds, double seconds)
      throws IOException, InterruptedException, ExecutionException {
    MbufBurst bare = new MbufBurst();
    Packet[] packets = new Packet[burst];
    Forwarder bursts = max -> forwardBursts(port, bare, max);
    Forwarder handles = max -> forwardPackets(port, packets, max);
    Comparison bareFigures = new Comparison("bursts of " + burst);
    Comparison packetFigures = new Comparison("packets, " + burst);
    Comparison firewallFigures = new Comparison("firewall, " + burst);
    for (int round = -1; round < rounds; round++) { // the first warms up
      double peer = TestPmd.packetsPerCpuSecond(burst, seconds);
      Run bareRun = onThread(() -> run(bursts, burst, seconds));
      double peerAgain = TestPmd.packetsPerCpuSecond(burst, seconds);
      Run packetRun = onThread(() -> run(handles, burst, seconds));
      Run firewallRun = DpdkFirewall.run(port, burst, seconds);
      if (round >= 0) {
        double around = (peer + peerAgain) / 2;
        bareFigures.add(bareRun, around);
        packetFigures.add(packetRun, around);
        firewallFigures.add(firewallRun, peerAgain);
      }
    }
    bareFigures.print();
    packetFigures.print();
    firewallFigures.print();
  }

  private static int forwardBursts(DpdkPort port, MbufBurst burst, int max) {
    int count = port.receive(burst, max);
    for (int i = 0; i < count; i++) {
      long frame = burst.frame(i);
      long first = NativeMemory.i64(frame);
      long second = NativeMemory.i64(frame + 4);
      NativeMemory.put64(frame, second >>> 16 | first << 48);
      NativeMemory.put32(frame + 8, (int) (first >>> 16));
    }
    int sent = port.transmit(burst, 0, count);
    if (sent < count) {
      port.free(burst, sent, count - sent);
    }
    return sent;
  }

  private static int forwardPackets(PacketPort port, Packet[] burst, int max) {
    int count = port.receive(burst, max);
    for (int i = 0; i < count; i++) {
      long frame = burst[i].offset();
      long first = NativeMemory.i64(frame);
      long second = NativeMemory.i64(frame + 4);
      NativeMemory.put64(frame, second >>> 16 | first << 48);
      NativeMemory.put32(frame + 8, (int) (first >>> 16));
    }
    int sent = port.transmit(burst, 0, count);
    if (sent < count) {
      port.free(burst, sent, count - sent);
    }
    return sent;
  }

  private static Run run(Forwarder forwarder, int burst, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long packets = 0;
    long cpu = THREADS.getCurrentThreadCpuTime();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    do {
      packets += batch(forwarder, burst);
    } while (System.nanoTime() - end < 0);
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    cpu = THREADS.getCurrentThreadCpuTime() - cpu;
    return new Run(packets * 1e9 / cpu, (double) allocated / packets);
  }

  private static long batch(Forwarder forwarder, int burst) {
    long packets = 0;
    for (int i = 0; i < CALLS_BETWEEN_LOOKS; i++) {
      packets += forwarder.forward(burst);
    }
    return packets;
  }

  private static Run onThread(Callable<Run> work) throws InterruptedException, ExecutionException {
    FutureTask<Run> task = new FutureTask<>(work);
    Thread.ofPlatform().name("forwarder").start(task);
    return task.get();
  }

  /** What the rounds gave. */
  private static final class Comparison {
    private final String name;
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> peers = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
    private final List<Double> allocated = new ArrayList<>();

    Comparison(String name) {
      this.name = name;
    }

    void add(Run run, double peer) {
      rates.add(run.packetsPerCpuSecond());
      peers.add(peer);
      ratios.add(run.packetsPerCpuSecond() / peer);
      allocated.add(run.allocatedPerPacket());
    }

    void print() {
      ratios.sort(null);
      System.out.printf(
          Locale.ROOT,
          "%-22s %14.0f %14.0f %6.2f %.2f-%.2f %9.4f%n",
          name,
          EngineComparison.median(rates),
          EngineComparison.median(peers),
          EngineComparison.median(ratios),
          ratios.getFirst(),
          ratios.getLast(),
          EngineComparison.median(allocated));
    }
  }
}

package org.statelessnf.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.ips.AlertSink;
import org.statelessnf.nf.ips.ByteDfa;
import org.statelessnf.nf.ips.Ips;
import org.statelessnf.nf.ips.IpsConfig;
import org.statelessnf.nf.ips.RuleSet;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * What does the IPS cost beside the search itself? The IPS on {@code caffeine:} against the same
 * automaton in a bare loop over the same payloads, rounds of both taking turns in one run.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.IpsComparison [rounds] [rules]
 * </pre>
 *
 * <p>Bar: at least 0.8 of the loop's bytes per second, segments of 1,460 bytes.
 */
public final class IpsComparison {
  private static final int PACKETS = 40_000;
  private static final int FLOWS = 200;
  private static final int HEADERS = 54;
  private static final int PAYLOAD = 1_460;
  private static final int FRAME = HEADERS + PAYLOAD;
  private static final long START_NANOS = 1_700_000_000_000_000_000L;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final String LETTERS = "etaoinshrdlu ETAOIN /=&?.:-_<>\"\r\n0123456789";

  private IpsComparison() {}

  /**
   * Runs the comparison and prints it.
   *
   * @param args rounds, 7 if left out; and how many rules, 1,000 if left out
   */
  public static void main(String[] args) throws InterruptedException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
    RuleSet rules = rules(count);
    ByteDfa dfa = rules.automaton();
    System.out.printf("%d rules, %d states of %d classes%n", count, dfa.states(), dfa.classes());
    try (Arena arena = Arena.ofShared()) {
      Packet[] packets = traffic(arena);
      List<Double> loops = new ArrayList<>();
      List<Double> functions = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      double allocated = 0;
      for (int round = 0; round < rounds + 2; round++) {
        double loop = loop(packets, dfa);
        PreloadedPort port = function(packets, rules);
        double function = port.packetsPerSecond() * PAYLOAD;
        allocated = port.allocatedPerPacket();
        if (round >= 2) { // the first two warm up
          loops.add(loop);
          functions.add(function);
          ratios.add(function / loop);
        }
      }
      System.out.printf(
          "IPS %.0f MB/s, loop %.0f MB/s, ratio %.2f, %.1f B allocated per packet%n",
          EngineComparison.median(functions) / 1e6,
          EngineComparison.median(loops) / 1e6,
          EngineComparison.median(ratios),
          allocated);
    }
  }

  /** The peer: nothing but the search. */
  private static double loop(Packet[] packets, ByteDfa dfa) {
    int[] state = new int[FLOWS];
    long[] found = new long[1];
    ByteDfa.Listener listener = (accepting, end) -> found[0]++;
    long start = System.nanoTime();
    for (int i = 0; i < packets.length; i++) {
      Packet packet = packets[i];
      int flow = i % FLOWS;
      state[flow] =
          dfa.scan(packet.memory(), packet.offset() + HEADERS, PAYLOAD, state[flow], listener);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (found[0] < 0) {
      throw new IllegalStateException("found " + found[0]);
    }
    return packets.length * (double) PAYLOAD / seconds;
  }

  private static PreloadedPort function(Packet[] packets, RuleSet rules)
      throws InterruptedException {
    PreloadedPort port = new PreloadedPort(packets);
    IpsConfig config = IpsConfig.of(rules, AlertSink.NONE);
    try (StateStore store = Stores.open("caffeine:");
        Instance instance =
            new Instance("bench", () -> new Ips(config), store, PipeConfig.defaults())) {
      PipeMetrics metrics =
          instance.addPipe(PipePorts.of(port, port, CidrSet.PRIVATE::containsSource));
      instance.start();
      instance.awaitEnd();
      if (port.sent() != packets.length || metrics.conflicts() != 0) {
        throw new IllegalStateException("sent " + port.sent() + ", " + instance.failure());
      }
    }
    return port;
  }

  /** Rules whose contents hardly ever are found whole, but often begun. */
  private static RuleSet rules(int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      StringBuilder content = new StringBuilder();
      for (int j = 0; j < 8 + random.nextInt(8); j++) {
        content.append("%02x ".formatted((int) letter(random)));
      }
      String nocase = i % 3 == 0 ? " nocase;" : "";
      lines.add(
          "alert tcp any any -> any any (content:\"|%s|\";%s sid:%d;)"
              .formatted(content, nocase, i));
    }
    return RuleSet.parse(Path.of("generated"), lines);
  }

  private static char letter(SplittableRandom random) {
    return LETTERS.charAt(random.nextInt(LETTERS.length()));
  }

  /** Segments of many connections, in order, taking turns. */
  private static Packet[] traffic(Arena arena) {
    SplittableRandom random = new SplittableRandom(2);
    byte[] text = new byte[1 << 20];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) letter(random);
    }
    MemorySegment source = MemorySegment.ofArray(text);
    MemorySegment memory = arena.allocate((long) PACKETS * FRAME, Long.BYTES);
    Packet[] packets = new Packet[PACKETS];
    for (int i = 0; i < PACKETS; i++) {
      long at = (long) i * FRAME;
      int flow = i % FLOWS;
      memory.set(SHORT, at + 12, (short) 0x0800);
      memory.set(ValueLayout.JAVA_BYTE, at + 14, (byte) 0x45);
      memory.set(SHORT, at + 16, (short) (FRAME - 14));
      memory.set(ValueLayout.JAVA_BYTE, at + 22, (byte) 64);
      memory.set(ValueLayout.JAVA_BYTE, at + 23, (byte) 6);
      memory.set(INT, at + 26, 0x0a000001);
      memory.set(INT, at + 30, 0xc6336401);
      memory.set(SHORT, at + 34, (short) (1024 + flow));
      memory.set(SHORT, at + 36, (short) 80);
      memory.set(INT, at + 38, i / FLOWS * PAYLOAD);
      memory.set(ValueLayout.JAVA_BYTE, at + 46, (byte) 0x50);
      memory.set(ValueLayout.JAVA_BYTE, at + 47, (byte) 0x10);
      MemorySegment.copy(
          source, random.nextInt(text.length - PAYLOAD), memory, at + HEADERS, PAYLOAD);
      Packet packet = new Packet();
      packet.linkType(LinkType.ETHERNET);
      packet.wrap(memory, at, FRAME, FRAME, START_NANOS + i * 1_000L);
      PacketParser.parse(packet);
      packets[i] = packet;
    }
    return packets;
  }
}

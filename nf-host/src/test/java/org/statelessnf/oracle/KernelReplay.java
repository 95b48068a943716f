package org.statelessnf.oracle;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CapturedFrame;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/**
 * A capture played through the kernel's stateful firewall, by the script that stands beside the
 * captures: two network namespaces, nftables with {@code ct state} rules in one of them, IPv4
 * alone, every packet to the router's own MAC address, right checksums, its own pace.
 *
 * <p>What the kernel said about a packet is whether it came out on the other side. Packets are
 * recognised there by their bytes ({@link #identity}); of several that are the same in all bytes,
 * only how many came out is known.
 */
final class KernelReplay {
  private static final Pattern COUNTER =
      Pattern.compile("counter packets (\\d+) bytes \\d+ (\\w+) comment \"([^\"]*)\"");
  private static final Pattern LOST = Pattern.compile("(\\d+) packets? dropped by kernel");
  private static final Pattern REFUSED = Pattern.compile("Failed packets:\\s+(\\d+)");
  private static final long TIMEOUT_MINUTES = 4;

  private final Path directory;

  private KernelReplay(Path directory) {
    this.directory = directory;
  }

  /**
   * Runs the script, and waits for its end.
   *
   * @param script {@code nft_replay.sh}
   * @param capture Ethernet, classic pcap
   * @param directory for its files, made if need be
   * @param liberal whether only resets are compared with the windows
   * @param inside addresses whose packets come from inside, blocks separated by commas
   * @param packetsPerSecond pace
   * @throws IOException if it fails or its captures are not complete
   */
  static KernelReplay run(
      Path script,
      Path capture,
      Path directory,
      boolean liberal,
      String inside,
      int packetsPerSecond)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path log = directory.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            script.toString(),
            capture.toString(),
            directory.toString(),
            "fw",
            Integer.toString(packetsPerSecond));
    Map<String, String> environment = builder.environment();
    environment.put("PATH", OracleTools.path());
    environment.put("LIBERAL", liberal ? "1" : "0");
    environment.put("CIDR", inside);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
      process.destroy(); // SIGTERM: the script removes its namespaces
      process.waitFor();
      throw new IOException("takes too long: " + Files.readString(log));
    }
    KernelReplay replay = new KernelReplay(directory);
    replay.checkComplete(process.exitValue(), log);
    return replay;
  }

  private void checkComplete(int exitCode, Path log) throws IOException {
    if (exitCode != 0 || !Files.exists(directory.resolve("counters.txt"))) {
      throw new IOException("exit code " + exitCode + ": " + Files.readString(log));
    }
    long lost = sum(LOST, "td0") + sum(LOST, "td1");
    if (lost != 0) {
      throw new IOException(lost + " packets lost by tcpdump: " + Files.readString(log));
    }
  }

  private long sum(Pattern number, String file) throws IOException {
    long sum = 0;
    Matcher matcher =
        number.matcher(Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      sum += Long.parseLong(matcher.group(1));
    }
    return sum;
  }

  /** Packets that did not fit the interface, and never reached the kernel's firewall. */
  long refused() throws IOException {
    return sum(REFUSED, "tcpreplay.txt");
  }

  /** What the rules dropped, by comment: {@code tcp invalid from inside}. Nothing is 0. */
  Map<String, Integer> dropped() throws IOException {
    return counters("drop");
  }

  /** What the rules let through, in all. Fragments of a datagram are one. */
  int accepted() throws IOException {
    return counters("accept").values().stream().mapToInt(i -> i).sum();
  }

  private Map<String, Integer> counters(String action) throws IOException {
    Map<String, Integer> counters = new TreeMap<>();
    Matcher matcher =
        COUNTER.matcher(
            Files.readString(directory.resolve("counters.txt"), StandardCharsets.US_ASCII));
    while (matcher.find()) {
      int count = Integer.parseInt(matcher.group(1));
      if (count != 0 && matcher.group(2).equals(action)) {
        counters.put(matcher.group(3), count);
      }
    }
    return counters;
  }

  /** The packets as they were to be sent, in order. */
  List<Packet> offered() throws IOException {
    return read(directory.resolve("in.pcap"));
  }

  /** How many packets of each identity came out. */
  Map<ByteBuffer, Integer> forwarded() throws IOException {
    Map<ByteBuffer, Integer> identities = new HashMap<>();
    for (String file : List.of("fwd_out.pcap", "fwd_in.pcap")) {
      for (Packet packet : read(directory.resolve(file))) {
        identities.merge(identity(packet), 1, Integer::sum);
      }
    }
    return identities;
  }

  /**
   * What a packet is recognised by: its IPv4 packet but for what a router changes.
   *
   * @param packet IPv4 with a whole header
   */
  static ByteBuffer identity(Packet packet) {
    long start = packet.l3Start();
    int captured = packet.length() - packet.l3Offset();
    int length = Math.min(captured, Ipv4Header.totalLength(packet.memory(), start));
    byte[] bytes = packet.memory().asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
    bytes[Ipv4Header.TTL_OFFSET] = 0;
    bytes[Ipv4Header.CHECKSUM_OFFSET] = 0;
    bytes[Ipv4Header.CHECKSUM_OFFSET + 1] = 0;
    return ByteBuffer.wrap(bytes);
  }

  private static List<Packet> read(Path file) throws IOException {
    List<Packet> packets = new ArrayList<>();
    CapturedFrame frame = new CapturedFrame();
    try (CaptureReader reader = CaptureReader.open(file)) {
      while (reader.next(frame)) {
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, frame.length()));
        MemorySegment.copy(frame.memory(), frame.offset(), memory, 0, frame.length());
        Packet packet = new Packet();
        packet.linkType(frame.linkType());
        packet.wrap(memory, 0, frame.length(), frame.wireLength(), frame.timestampNanos());
        PacketParser.parse(packet);
        packets.add(packet);
      }
    }
    return packets;
  }
}

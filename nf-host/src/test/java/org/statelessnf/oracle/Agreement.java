package org.statelessnf.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/**
 * The firewall's verdicts beside the kernel's, over the same packets at the same pace. Every
 * difference has a {@link Reason} or stands in {@link #unexplained}.
 *
 * <p>The firewall runs as several instances that take packets in turn and share only their store,
 * so its verdicts are those of whichever instance happens to get a packet.
 */
final class Agreement {
  private static final int INSTANCES = 3;

  /** An Ethernet header and what the script's interfaces take. */
  private static final int MAX_FRAME = 1514;

  private static final long SECOND = 1_000_000_000L;
  private static final long BEGIN = 1_700_000_000L * SECOND;

  private final int packets;
  private final int unseen;
  private final boolean fragments;
  private final Map<Reason, Integer> explained = new EnumMap<>(Reason.class);
  private final List<String> unexplained = new ArrayList<>();
  private final Map<String, Integer> dropped = new TreeMap<>();

  private Agreement(List<Packet> offered, List<Packet> seen) {
    packets = offered.size();
    unseen = offered.size() - seen.size();
    fragments = seen.stream().anyMatch(p -> isIpv4(p) && p.isFragment());
  }

  /**
   * Compares.
   *
   * @param kernel its verdicts
   * @param strict whether the firewall follows windows
   * @param inside as the kernel had it
   * @param packetsPerSecond as the kernel had it
   */
  static Agreement of(KernelReplay kernel, boolean strict, CidrSet inside, int packetsPerSecond)
      throws IOException {
    List<Packet> offered = kernel.offered();
    List<Packet> seen = offered.stream().filter(Agreement::reachesTheKernel).toList();
    Agreement agreement = new Agreement(offered, seen);
    FirewallConfig config = FirewallConfig.defaults().withStrict(strict);
    List<Firewall> instances =
        Stream.generate(() -> new Firewall(config)).limit(INSTANCES).toList();
    List<Verdict> verdicts = new ArrayList<>();
    try (SequentialRunner runner = new SequentialRunner(instances)) {
      for (int i = 0; i < seen.size(); i++) {
        Packet packet = seen.get(i);
        packet.timestampNanos(BEGIN + i * SECOND / packetsPerSecond);
        packet.fromInside(inside.containsSource(packet));
        Verdict verdict = runner.run(packet);
        verdicts.add(verdict);
        agreement.countDrop(packet, verdict);
      }
    }
    agreement.compare(seen, verdicts, kernel.forwarded());
    return agreement;
  }

  /**
   * Whether the kernel's firewall sees a packet at all. What does not fit the interface is not
   * sent; what is shorter than its IP header says, as the capture cut it, is dropped on arrival.
   */
  private static boolean reachesTheKernel(Packet packet) {
    return packet.length() <= MAX_FRAME && !(isIpv4(packet) && packet.truncated());
  }

  private void compare(
      List<Packet> sent, List<Verdict> verdicts, Map<ByteBuffer, Integer> forwarded) {
    Map<ByteBuffer, Integer> passed = new HashMap<>();
    for (int i = 0; i < sent.size(); i++) {
      if (isIpv4(sent.get(i))) {
        int pass = verdicts.get(i).passes() ? 1 : 0;
        passed.merge(KernelReplay.identity(sent.get(i)), pass, Integer::sum);
      }
    }
    for (int i = 0; i < sent.size(); i++) {
      Packet packet = sent.get(i);
      int here = verdicts.get(i).passes() ? 1 : 0;
      int there = 0;
      if (isIpv4(packet)) {
        ByteBuffer identity = KernelReplay.identity(packet);
        Integer all = passed.remove(identity);
        if (all == null) {
          continue; // counted along with the first of its likes
        }
        here = all;
        there = forwarded.getOrDefault(identity, 0);
      }
      if (here != there) {
        differ(i, packet, verdicts.get(i), here, there);
      }
    }
  }

  private void differ(int index, Packet packet, Verdict verdict, int here, int there) {
    Reason reason = Reason.of(packet, here > there);
    if (reason == null) {
      unexplained.add(
          "packet %d: %s: %s; %d passed here, %d there"
              .formatted(index + 1, packet, verdict, here, there));
    } else {
      explained.merge(reason, Math.abs(here - there), Integer::sum);
    }
  }

  private void countDrop(Packet packet, Verdict verdict) {
    if (verdict.passes()) {
      return;
    }
    String protocol =
        packet.protocol() == IpProtocol.TCP
            ? "tcp"
            : packet.protocol() == IpProtocol.UDP ? "udp" : "other";
    String side = packet.fromInside() ? "inside" : "outside";
    boolean asNew = verdict.reason() == DropReason.UNSOLICITED;
    String name =
        protocol.equals("other")
            ? asNew ? "rest" : "other invalid"
            : protocol + (asNew ? " new from " : " invalid from ") + side;
    dropped.merge(name, 1, Integer::sum);
  }

  private static boolean isIpv4(Packet packet) {
    return packet.ipVersion() == 4 && packet.hasAddresses();
  }

  /** Packets of the capture that neither the kernel's firewall nor this one got. */
  int unseen() {
    return unseen;
  }

  /** Whether there are fragments: the kernel's counters count what they are made up to. */
  boolean fragments() {
    return fragments;
  }

  /** Packets with the same verdict. */
  int same() {
    int different = explained.values().stream().mapToInt(i -> i).sum() + unexplained.size();
    return packets - unseen - different;
  }

  /** Packets with different verdicts, by reason. */
  Map<Reason, Integer> explained() {
    return explained;
  }

  /** A line for each packet whose verdicts differ without a reason. */
  List<String> unexplained() {
    return unexplained;
  }

  /** The firewall's drops, as {@link KernelReplay#dropped} names them. */
  Map<String, Integer> dropped() {
    return dropped;
  }

  @Override
  public String toString() {
    return "%d packets, %d unseen, %d same, different: %s, without a reason: %s, dropped: %s"
        .formatted(packets, unseen, same(), explained, unexplained, dropped);
  }

  /** Why the verdicts may differ: {@code docs/adr/0008-firewall-follows-conntrack.md}. */
  enum Reason {
    /** The script's router forwards IPv4 alone; the firewall's policy lets other packets pass. */
    NOT_IP,
    /** As above. The firewall tracks IPv6 as it does IPv4. */
    IPV6,
    /** The script's router has no routes for multicast; the firewall's policy lets it pass. */
    GROUP,
    /**
     * The kernel judges datagrams made up from fragments. Of one that is refused, is not complete
     * or overlaps it drops all fragments, of repeated fragments all but one. The firewall judges
     * the first fragment, and its policy lets the others pass: without the first, they are useless.
     */
    REASSEMBLY,
    /** The kernel makes up headers from fragments; the firewall drops them (RFC 1858). */
    SPLIT_HEADER;

    static @Nullable Reason of(Packet packet, boolean passesHere) {
      if (isIpv4(packet) && packet.isFragment()) {
        if (passesHere) {
          return REASSEMBLY;
        }
        return packet.parseStatus() == ParseStatus.TINY_FRAGMENT ? SPLIT_HEADER : null;
      }
      if (!passesHere) {
        return null;
      }
      if (!isIpv4(packet)) {
        return packet.ipVersion() == 6 ? IPV6 : NOT_IP;
      }
      return packet.isMulticast() ? GROUP : null;
    }
  }
}

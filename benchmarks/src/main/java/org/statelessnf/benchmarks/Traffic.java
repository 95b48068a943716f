package org.statelessnf.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;

/**
 * Preloaded frames of 64 bytes for the benchmarks, in the order in which they arrive. Made once;
 * nothing is generated while the clock runs.
 */
final class Traffic implements AutoCloseable {
  private static final int FRAME_BYTES = 64;
  private static final int ETHERNET = 14;
  private static final int IPV4 = 20;
  private static final int SYN = 0x02;
  private static final int ACK = 0x10;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final long START_NANOS = 1_700_000_000_000_000_000L;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Arena arena;
  private final MemorySegment memory;
  private final Packet[] packets;

  private Traffic(Arena arena, int count) {
    this.arena = arena;
    this.memory = arena.allocate((long) count * FRAME_BYTES, FRAME_BYTES);
    this.packets = new Packet[count];
  }

  Packet[] packets() {
    return packets;
  }

  /**
   * TCP flows, each a handshake followed by data in both directions, so many of them interleaved at
   * a time.
   */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  static Traffic tcp(int flows, int packetsPerFlow, int atATime, long seed) {
    Traffic traffic = new Traffic(Arena.ofShared(), flows * packetsPerFlow);
    SplittableRandom random = new SplittableRandom(seed);
    int window = Math.min(atATime, flows);
    int[] flow = new int[window];
    int[] sent = new int[window];
    for (int i = 0; i < window; i++) {
      flow[i] = i;
    }
    int next = window;
    for (int i = 0; i < traffic.packets.length; i++) {
      int w = random.nextInt(window);
      int n = sent[w]++;
      int flags = n == 0 ? SYN : n == 1 ? SYN | ACK : ACK;
      boolean fromInside = n == 0 || (n != 1 && (n & 1) == 0);
      traffic.frame(i, TCP, flow[w], fromInside, flags, n);
      if (sent[w] == packetsPerFlow) {
        sent[w] = 0;
        if (next < flows) {
          flow[w] = next++;
        } else {
          window--;
          flow[w] = flow[window];
          sent[w] = sent[window];
        }
      }
    }
    return traffic;
  }

  /** UDP packets, as many of each flow, in random order. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  static Traffic udp(int packets, int flows, long seed) {
    Traffic traffic = new Traffic(Arena.ofShared(), packets);
    for (int i = 0; i < packets; i++) {
      traffic.frame(i, UDP, i % flows, true, 0, 0);
    }
    traffic.shuffle(seed);
    return traffic;
  }

  void shuffle(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = packets.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      Packet swapped = packets[i];
      packets[i] = packets[j];
      packets[j] = swapped;
    }
  }

  private void frame(int index, int protocol, int flow, boolean fromInside, int flags, int n) {
    long at = (long) index * FRAME_BYTES;
    int inside = 0x0A000000 | (flow >>> 14) + 1; // 10.x.x.x
    int outside = 0xC6120001 + (flow & 0xff); // 198.18.0.x
    int insidePort = 1024 + (flow & 0x3fff);
    memory.set(SHORT, at + 12, (short) 0x0800);
    long ip = at + ETHERNET;
    memory.set(ValueLayout.JAVA_BYTE, ip, (byte) 0x45);
    memory.set(SHORT, ip + 2, (short) (FRAME_BYTES - ETHERNET));
    memory.set(ValueLayout.JAVA_BYTE, ip + 8, (byte) 64);
    memory.set(ValueLayout.JAVA_BYTE, ip + 9, (byte) protocol);
    memory.set(INT, ip + 12, fromInside ? inside : outside);
    memory.set(INT, ip + 16, fromInside ? outside : inside);
    long l4 = ip + IPV4;
    memory.set(SHORT, l4, (short) (fromInside ? insidePort : 443));
    memory.set(SHORT, l4 + 2, (short) (fromInside ? 443 : insidePort));
    if (protocol == TCP) {
      memory.set(INT, l4 + 4, 1 + n);
      memory.set(INT, l4 + 8, flags == SYN ? 0 : 1 + n);
      memory.set(ValueLayout.JAVA_BYTE, l4 + 12, (byte) 0x50);
      memory.set(ValueLayout.JAVA_BYTE, l4 + 13, (byte) flags);
      memory.set(SHORT, l4 + 14, (short) 0xffff);
    } else {
      memory.set(SHORT, l4 + 4, (short) (FRAME_BYTES - ETHERNET - IPV4));
    }
    Packet packet = new Packet();
    packet.wrap(memory, at, FRAME_BYTES, FRAME_BYTES, START_NANOS + index * 1_000L);
    packet.linkType(LinkType.ETHERNET);
    packets[index] = packet;
  }

  @Override
  public void close() {
    arena.close();
  }
}

package org.statelessnf.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.statelessnf.io.pcap.CaptureFormat;
import org.statelessnf.io.pcap.CaptureWriter;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/**
 * Contents to search for and segments to search, the same for the IPS and its peers. A content is
 * often begun, and found whole once in {@link #PACKETS_PER_CONTENT} segments.
 */
final class IpsTraffic {
  static final int PACKETS = 40_000;
  static final int FLOWS = 200;
  static final int HEADERS = 54;
  static final int PAYLOAD = 1_460;
  static final int PACKETS_PER_CONTENT = 100;

  private static final int FRAME = HEADERS + PAYLOAD;
  private static final int LINK_TYPE_ETHERNET = 1;
  private static final long START_NANOS = 1_700_000_000_000_000_000L;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final String LETTERS = "etaoinshrdlu ETAOIN /=&?.:-_<>\"\r\n0123456789";

  private final List<Content> contents;
  private final MemorySegment memory;
  private final Packet[] packets = new Packet[PACKETS];

  /** What one rule looks for. */
  record Content(String text, boolean nocase) {
    byte[] bytes() {
      return text.getBytes(US_ASCII);
    }
  }

  /**
   * Makes contents and segments; always the same.
   *
   * @param arena of the segments
   */
  IpsTraffic(int contents, Arena arena) {
    SplittableRandom random = new SplittableRandom(1);
    this.contents = new ArrayList<>();
    for (int i = 1; i <= contents; i++) {
      this.contents.add(new Content(text(random, 8 + random.nextInt(8)), i % 3 == 0));
    }
    this.memory = arena.allocate((long) PACKETS * FRAME, Long.BYTES);
    byte[] text = text(random, 1 << 20).getBytes(US_ASCII);
    for (int i = 0; i < PACKETS; i++) {
      packets[i] = packet(i, text, random.nextInt(text.length - PAYLOAD));
    }
  }

  private static String text(SplittableRandom random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  List<Content> contents() {
    return contents;
  }

  /** A rule per content, its {@code sid} the content's number from 1. */
  List<String> rules() {
    List<String> lines = new ArrayList<>();
    for (Content content : contents) {
      StringBuilder hex = new StringBuilder();
      for (byte b : content.bytes()) {
        hex.append("%02x ".formatted(b));
      }
      lines.add(
          "alert tcp any any -> any any (msg:\"benchmark\"; content:\"|%s|\";%s sid:%d;)"
              .formatted(
                  hex.toString().strip(), content.nocase ? " nocase;" : "", lines.size() + 1));
    }
    return lines;
  }

  /** Segments of {@link #FLOWS} connections, in order, taking turns. */
  Packet[] packets() {
    return packets;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Where a segment's payload begins in {@link #memory}. */
  static long payload(int packet) {
    return (long) packet * FRAME + HEADERS;
  }

  private Packet packet(int number, byte[] text, int from) {
    long at = (long) number * FRAME;
    memory.set(SHORT, at + 12, (short) 0x0800);
    memory.set(ValueLayout.JAVA_BYTE, at + 14, (byte) 0x45);
    memory.set(SHORT, at + 16, (short) (FRAME - 14));
    memory.set(ValueLayout.JAVA_BYTE, at + 22, (byte) 64);
    memory.set(ValueLayout.JAVA_BYTE, at + 23, (byte) 6);
    memory.set(INT, at + 26, 0x0a000001);
    memory.set(INT, at + 30, 0xc6336401);
    memory.set(SHORT, at + 34, (short) (1024 + number % FLOWS));
    memory.set(SHORT, at + 36, (short) 80);
    memory.set(INT, at + 38, number / FLOWS * PAYLOAD);
    memory.set(ValueLayout.JAVA_BYTE, at + 46, (byte) 0x50);
    memory.set(ValueLayout.JAVA_BYTE, at + 47, (byte) 0x10);
    MemorySegment.copy(text, from, memory, ValueLayout.JAVA_BYTE, at + HEADERS, PAYLOAD);
    if (number % PACKETS_PER_CONTENT == 0) {
      byte[] found = contents.get(number / PACKETS_PER_CONTENT % contents.size()).bytes();
      MemorySegment.copy(
          found, 0, memory, ValueLayout.JAVA_BYTE, at + HEADERS + PAYLOAD / 2, found.length);
    }
    Packet packet = new Packet();
    packet.linkType(LinkType.ETHERNET);
    packet.wrap(memory, at, FRAME, FRAME, START_NANOS + number * 1_000L);
    PacketParser.parse(packet);
    return packet;
  }

  /** Writes the first segments, going on with the connections until there are so many. */
  void write(Path file, int count) throws IOException {
    try (CaptureWriter out =
            CaptureWriter.open(file, CaptureFormat.PCAP_NANOS, LINK_TYPE_ETHERNET);
        Arena arena = Arena.ofConfined()) {
      MemorySegment frame = arena.allocate(FRAME);
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(memory, (long) (i % PACKETS) * FRAME, frame, 0, FRAME);
        frame.set(INT, 38, i / FLOWS * PAYLOAD);
        out.write(frame, 0, FRAME, FRAME, START_NANOS + i * 1_000L);
      }
    }
  }
}

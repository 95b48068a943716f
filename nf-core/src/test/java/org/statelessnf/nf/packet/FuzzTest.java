package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.packet.Frames.ETH4;
import static org.statelessnf.nf.packet.Frames.ETH6;
import static org.statelessnf.nf.packet.Frames.ipv4;
import static org.statelessnf.nf.packet.Frames.ipv6;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Hostile input by the million: cut at every length, every byte replaced by every value, bits
 * flipped at random. Each frame is in memory of its exact size, so a read past its end throws;
 * nothing may, and the {@link Invariants} hold.
 */
class FuzzTest {
  private static final long SEED = 20_170_813;

  /** Frames beyond this size come in thousands and look alike: a sample of them is cut. */
  private static final int LARGE_CAPTURE_FRAMES = 1_000;

  private static final String UDP = "1092 0035 000a 0000 6162";

  /** One frame for each thing the parser decodes. */
  private static final String[] HAND_MADE = {
    ETH4
        + ipv4(6, 32, 0)
        + "1092 0050 00000001 00000000 80 02 ffff 0000 0000 020405b4 0402 0101 03030700",
    ETH4 + ipv4(17, 10, 0) + UDP,
    ETH4 + "47" + ipv4(17, 18, 0).substring(2) + "0101010101010100" + UDP,
    "020000000001 020000000002 88a8 2064 8100 a0c8 0800 " + ipv4(17, 10, 0) + UDP,
    ETH4 + ipv4(17, 18, 0x2000) + UDP + "00".repeat(8),
    ETH4 + ipv4(17, 18, 0x2003) + UDP + "00".repeat(8),
    ETH4 + ipv4(1, 36, 0) + "03 04 0000 000005dc" + ipv4(6, 500, 0) + "0050 1092 00000007",
    ETH4 + ipv4(33, 16, 0) + "1092 0050 04 00 0000" + "00".repeat(8),
    ETH4 + ipv4(136, 9, 0) + "1092 0050 0008 ffff 61",
    ETH6
        + ipv6(0, 70)
        + "2b 00 0104 00000000"
        + "33 02 0001 00000000 20010db8000000000000000000000009"
        + "3c 01 0000 00000001 00000002"
        + "11 01 0104 00000000 0104 00000000 0000"
        + UDP,
    ETH6 + ipv6(44, 26) + "11 00 0000 0000abcd" + UDP + "00".repeat(8),
    ETH6
        + ipv6(58, 72)
        + "01 00 0000 00000000"
        + ipv6(60, 500)
        + "2c 00 0104 00000000 11 00 0001 0000abcd 0050 1092 0100 0000",
    ETH6 + ipv6(0, 0) + "11 00 c204 00010008" + "1092 0035 0000 0000" + "00".repeat(20),
  };

  private final MemorySegment key = MemorySegment.ofArray(new byte[FlowKeys.MAX_LENGTH]);
  private final Packet packet = new Packet();
  private final int[] statuses = new int[ParseStatus.COUNT];

  @Test
  void shouldSurviveHandMadeFramesCutAtEveryLength() {
    for (String hex : HAND_MADE) {
      byte[] frame = Frames.bytes(hex);
      cutEverywhere(frame, frame.length, LinkType.ETHERNET);
    }
    assertThat(statuses[ParseStatus.TRUNCATED]).isPositive();
    assertThat(statuses[ParseStatus.OK]).isPositive();
  }

  @Test
  void shouldSurviveEveryValueOfEveryByte() {
    for (String hex : HAND_MADE) {
      byte[] frame = Frames.bytes(hex);
      for (int at = 0; at < frame.length; at++) {
        byte original = frame[at];
        for (int value = 0; value < 256; value++) {
          frame[at] = (byte) value;
          parse(frame, frame.length, frame.length, LinkType.ETHERNET);
        }
        frame[at] = original;
      }
    }
    assertThat(statuses[ParseStatus.MALFORMED]).isPositive();
    assertThat(statuses[ParseStatus.TINY_FRAGMENT]).isPositive();
    assertThat(statuses[ParseStatus.NOT_IP]).isPositive();
  }

  @Test
  void shouldSurviveRandomHeadersOfEveryLinkType() {
    Random random = new Random(SEED);
    int[] links = {
      LinkType.ETHERNET,
      LinkType.RAW_IP,
      LinkType.RAW_IPV4,
      LinkType.RAW_IPV6,
      LinkType.LINUX_SLL,
      LinkType.LINUX_SLL2,
      9,
    };
    for (int round = 0; round < 200_000; round++) {
      byte[] frame = new byte[random.nextInt(200)];
      random.nextBytes(frame);
      int link = links[round % links.length];
      int l3 = link == LinkType.ETHERNET ? 14 : 0;
      if (link == LinkType.RAW_IP && frame.length > 0) {
        frame[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
      }
      if (l3 > 0 && frame.length > 40) {
        boolean v4 = random.nextBoolean();
        frame[12] = (byte) (v4 ? 0x08 : 0x86);
        frame[13] = (byte) (v4 ? 0x00 : 0xdd);
        frame[14] = (byte) (v4 ? 0x45 : 0x60);
        frame[16 + (v4 ? 0 : 2)] = 0;
        frame[17 + (v4 ? 0 : 2)] = (byte) random.nextInt(frame.length);
      }
      parse(frame, frame.length, frame.length, link);
    }
  }

  @Test
  void shouldSurviveEveryCaptureCutAtEveryLength() throws IOException {
    for (Path capture : Captures.all()) {
      List<Captures.Frame> frames = Captures.read(capture);
      boolean large = frames.size() > LARGE_CAPTURE_FRAMES;
      for (int i = 0; i < frames.size(); i += large ? 100 : 1) {
        Captures.Frame frame = frames.get(i);
        cutEverywhere(frame.bytes, frame.wireLength, frame.linkType);
      }
    }
  }

  @Test
  void shouldSurviveEveryCaptureWithBitsFlipped() throws IOException {
    Random random = new Random(SEED);
    for (Path capture : Captures.all()) {
      List<Captures.Frame> frames = Captures.read(capture);
      int rounds = frames.size() > LARGE_CAPTURE_FRAMES ? 4 : 40;
      for (Captures.Frame frame : frames) {
        for (int round = 0; round < rounds && frame.bytes.length > 0; round++) {
          byte[] mutant = frame.bytes.clone();
          for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
            mutant[random.nextInt(Math.min(mutant.length, 120))] ^= (byte) (1 << random.nextInt(8));
          }
          parse(mutant, mutant.length, frame.wireLength, frame.linkType);
        }
      }
    }
    statuses[ParseStatus.UNPARSED]++;
    assertThat(statuses).as("every status has come up").doesNotContain(0);
  }

  @Test
  void shouldParseEveryCaptureAndDescribeIt() throws IOException {
    List<String> seen = new ArrayList<>();
    for (Path capture : Captures.all()) {
      for (Captures.Frame frame : Captures.read(capture)) {
        parse(frame.bytes, frame.bytes.length, frame.wireLength, frame.linkType);
        String text = packet.toString();
        if (seen.size() < 10_000) {
          seen.add(text);
        }
      }
    }
    assertThat(seen).allMatch(text -> text.endsWith(", frame " + text.replaceAll(".* ", "")));
  }

  private void cutEverywhere(byte[] frame, int wireLength, int linkType) {
    for (int length = 0; length <= frame.length; length++) {
      parse(frame, length, wireLength, linkType);
    }
  }

  private void parse(byte[] frame, int length, int wireLength, int linkType) {
    packet.wrap(MemorySegment.ofArray(frame).asSlice(0, length), 0, length, wireLength, 0);
    packet.linkType(linkType);
    int status = PacketParser.parse(packet);
    statuses[status]++;
    Invariants.check(packet);
    Invariants.use(packet, key);
  }
}

package org.statelessnf.nf.defrag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.packet.Captures;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;

/** Captured fragments, against what others made of them. */
final class DefragCaptureTest {
  private static List<byte[]> run(String capture) throws IOException {
    List<Packet> packets = new ArrayList<>();
    for (Captures.Frame frame : Captures.read("frag/" + capture)) {
      packets.add(FrameBuilder.packet(frame.bytes, frame.timestampNanos, true, frame.linkType));
    }
    try (SequentialRunner runner = Pieces.runner()) {
      return Pieces.run(runner, packets);
    }
  }

  private static byte[] expected(String text) throws IOException {
    String hex = Files.readString(Captures.file("frag/" + text)).replaceAll("\\s", "");
    return HexFormat.of().parseHex(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "frag_http_req.pcap, frag_http_req_reassembled.txt",
    "ip4_fragments.pcap, ip4_fragments_packet1.txt",
    "ip4_fragments.pcap, ip4_fragments_packet4.txt",
    "ip4_fragments.pcap, ip4_fragments_packet6.txt"
  })
  void shouldMakeThePacketThatIsExpected(String capture, String text) throws IOException {
    byte[] expected = expected(text);
    assertThat(run(capture)).anySatisfy(frame -> assertThat(frame).isEqualTo(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "frag_http_req.pcap, 1",
    "ip4_fragments.pcap, 9",
    "ipv6-frag.pcap, 3",
    "fragmented-1.pcap, 0", // the third overlaps the second
    "fragmented-syn.pcap, 1" // the first splits the TCP header
  })
  void shouldLetOutAsManyPacketsAsThereAre(String capture, int packets) throws IOException {
    List<byte[]> out = run(capture);
    assertThat(out).hasSize(packets);
    for (byte[] frame : out) {
      Packet packet = FrameBuilder.packet(frame, 0, true);
      assertThat(packet.isFragment()).isFalse();
      assertThat(Checksum.verifyIpv4Header(packet)).isNotEqualTo(Checksum.INVALID);
    }
  }

  @Test
  void shouldTakeTheFragmentHeaderOut() throws IOException {
    byte[] whole = Captures.read("frag/no-ipv6-frag.pcap").getFirst().bytes;
    assertThat(run("ipv6-frag.pcap").getLast()).isEqualTo(whole);
  }
}

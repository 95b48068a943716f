package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;

class TcpSegmentTest {
  private static final int[] IGNORED = {0, TcpHeader.PSH, TcpHeader.ECE, TcpHeader.CWR};

  /** Among FIN 1, SYN 2, RST 4, ACK 16 and URG 32, what a stack sends. */
  private static final Set<Integer> SENSIBLE =
      Set.of(2, 2 | 32, 2 | 16, 4, 4 | 16, 16, 16 | 32, 1 | 16, 1 | 16 | 32);

  @Test
  @Requirement(rfc = 9293, id = "3.10.7")
  void rfc9293_3_10_7_shouldFindSenseInNineCombinationsOfFlags() {
    Set<Integer> found = new HashSet<>();
    for (int flags = 0; flags < 256; flags++) {
      if (TcpSegment.isSensible(flags)) {
        found.add(flags & ~(TcpHeader.PSH | TcpHeader.ECE | TcpHeader.CWR));
      }
    }
    assertThat(found).isEqualTo(SENSIBLE);
    for (int flags : SENSIBLE) {
      for (int ignored : IGNORED) {
        assertThat(TcpSegment.isSensible(flags | ignored)).isTrue();
      }
    }
  }

  @Test
  @Requirement(rfc = 9293, id = "3.4")
  void rfc9293_3_4_shouldCountSynAndFinAsOneEach() {
    assertThat(read(TcpHeader.SYN, 0).end()).isEqualTo(1001);
    assertThat(read(TcpHeader.SYN, 10).end()).as("data on SYN, RFC 7413").isEqualTo(1011);
    assertThat(read(TcpHeader.FIN | TcpHeader.ACK, 10).end()).isEqualTo(1011);
    assertThat(read(TcpHeader.ACK, 10).end()).isEqualTo(1010);
    assertThat(read(TcpHeader.RST, 0).end()).isEqualTo(1000);
  }

  @Test
  void shouldCountPayloadThatACaptureHasCutOff() {
    byte[] frame = FrameBuilder.bytes(packet(TcpHeader.ACK, 1000));
    byte[] cut = Arrays.copyOf(frame, 14 + 20 + 20 + 4);
    Packet packet = FrameBuilder.packet(cut, 0, true);
    packet.wrap(packet.memory(), 0, cut.length, frame.length, 0);
    PacketParser.parse(packet);
    TcpSegment segment = new TcpSegment();
    segment.read(packet);
    assertThat(segment.end()).isEqualTo(2000);
  }

  private static Packet packet(int flags, int payload) {
    return FrameBuilder.tcp("10.0.0.1", 1, "10.0.0.2", 2, flags).payload(new byte[payload]).build();
  }

  private static TcpSegment read(int flags, int payload) {
    TcpSegment segment = new TcpSegment();
    segment.read(packet(flags, payload));
    return segment;
  }
}

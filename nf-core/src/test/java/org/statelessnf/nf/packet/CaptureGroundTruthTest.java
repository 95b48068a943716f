package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The parser's numbers against those that tshark counted in the same captures; they stand in the
 * captures' manifest.
 */
class CaptureGroundTruthTest {
  @Test
  void shouldCountTheMixAsTsharkDoes() throws IOException {
    int v4 = 0;
    int v6 = 0;
    int notIp = 0;
    int tcp = 0;
    int udp = 0;
    int icmp = 0;
    int icmpErrors = 0;
    int otherIp = 0;
    int multicast = 0;
    int ttlOne = 0;
    int syn = 0;
    int synAck = 0;
    int fin = 0;
    int rst = 0;
    long tcpPayload = 0;
    Set<String> tcpFlows = new HashSet<>();
    Set<String> udpFlows = new HashSet<>();
    byte[] key = new byte[FlowKeys.MAX_LENGTH];
    List<Captures.Frame> frames = Captures.read("mid/mix-dev.pcap");
    for (Captures.Frame frame : frames) {
      Packet p = Frames.packet(frame);
      PacketParser.parse(p);
      if (p.parseStatus() == ParseStatus.NOT_IP) {
        notIp++;
        continue;
      }
      assertThat(p.parseStatus()).as(p.toString()).isEqualTo(ParseStatus.OK);
      v4 += p.ipVersion() == 4 ? 1 : 0;
      v6 += p.ipVersion() == 6 ? 1 : 0;
      multicast += p.isMulticast() ? 1 : 0;
      ttlOne += p.ipVersion() == 4 && p.ttl() == 1 ? 1 : 0;
      int length = FlowKeys.writeBidirectional(p, MemorySegment.ofArray(key), 0);
      String flow = HexFormat.of().formatHex(Arrays.copyOf(key, length));
      switch (p.protocol()) {
        case IpProtocol.TCP -> {
          tcp++;
          tcpPayload += p.payloadLength();
          int flags = p.tcpFlags();
          syn += (flags & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN ? 1 : 0;
          synAck += (flags & TcpHeader.SYN) != 0 && (flags & TcpHeader.ACK) != 0 ? 1 : 0;
          fin += (flags & TcpHeader.FIN) != 0 ? 1 : 0;
          rst += (flags & TcpHeader.RST) != 0 ? 1 : 0;
          tcpFlows.add(flow);
        }
        case IpProtocol.UDP -> {
          udp++;
          udpFlows.add(flow);
        }
        case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
          icmp++;
          icmpErrors += p.isIcmpError() ? 1 : 0;
        }
        default -> otherIp++;
      }
    }
    assertThat(frames).hasSize(34_362);
    assertThat(v4).isEqualTo(33_916);
    assertThat(v6).isEqualTo(118);
    assertThat(notIp).isEqualTo(328);
    assertThat(tcp).isEqualTo(29_219);
    assertThat(udp).isEqualTo(4_710);
    assertThat(icmp).isEqualTo(85);
    assertThat(icmpErrors).isEqualTo(43);
    assertThat(otherIp).isEqualTo(20);
    assertThat(multicast).as("618 by link-layer address, 5 by IP address alone").isEqualTo(623);
    assertThat(ttlOne).isEqualTo(221);
    assertThat(syn).isEqualTo(487);
    assertThat(synAck).isEqualTo(421);
    assertThat(fin).isEqualTo(767);
    assertThat(rst).isEqualTo(215);
    assertThat(tcpPayload).isEqualTo(16_427_279);
    assertThat(tcpFlows).hasSize(487);
    assertThat(udpFlows).hasSize(486);
  }

  @Test
  void shouldFindTheFlowOfEveryIcmpErrorThatQuotesOne() throws IOException {
    assertThat(quoted("icmp/icmp-destunreach-udp.pcap")).isEqualTo("udp quoted");
    assertThat(quoted("icmp/icmp-timeexceeded.pcap")).isEqualTo("udp quoted");
    assertThat(quoted("icmp/icmp-destunreach-no-context.pcap")).isEqualTo("nothing");
    assertThat(quoted("icmp/icmp6-toobig.pcap")).isEqualTo("udp quoted");
    assertThat(quoted("icmp/incoming-icmpv4-34toobig.pcap")).isEqualTo("tcp quoted");
  }

  @Test
  void shouldKeepTheFragmentsOfADatagramTogether() throws IOException {
    for (String name :
        new String[] {
          "frag/ip4_fragments.pcap", "frag/ipv6-frag.pcap", "ipv6/ipv6-fragmented-dns.pcap"
        }) {
      Set<String> datagrams = new HashSet<>();
      Set<Long> hashes = new HashSet<>();
      byte[] key = new byte[FlowKeys.MAX_LENGTH];
      int fragments = 0;
      for (Captures.Frame frame : Captures.read(name)) {
        Packet p = Frames.packet(frame);
        PacketParser.parse(p);
        int length = FlowKeys.writeDatagram(p, MemorySegment.ofArray(key), 0);
        if (length > 0) {
          fragments++;
          datagrams.add(HexFormat.of().formatHex(Arrays.copyOf(key, length)));
          hashes.add(FlowKeys.flowHash(p));
        }
      }
      assertThat(fragments).as(name).isGreaterThanOrEqualTo(4);
      assertThat(datagrams).as(name).hasSizeLessThan(fragments);
      assertThat(hashes).as(name).hasSizeLessThanOrEqualTo(datagrams.size());
    }
  }

  private static String quoted(String capture) throws IOException {
    Packet p = Frames.packet(Captures.read(capture).getFirst());
    assertThat(PacketParser.parse(p)).isEqualTo(ParseStatus.OK);
    assertThat(p.isIcmpError()).isTrue();
    return p.innerL4Offset() < 0 ? "nothing" : IpProtocol.text(p.innerProtocol()) + " quoted";
  }
}

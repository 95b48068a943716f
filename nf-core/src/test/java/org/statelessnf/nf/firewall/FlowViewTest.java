package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;

class FlowViewTest {
  @Test
  void shouldNameBothEndsAndTheState() {
    try (TcpTalk talk = TcpTalk.liberal()) {
      talk.client(TcpTalk.SYN, 0, 0, 0);
      assertThat(talk.view()).hasToString("tcp 10.0.0.1:40000 -> 192.0.2.9:443 syn-sent unreplied");
      talk.server(TcpTalk.SYN_ACK, 0, 1, 0);
      talk.client(TcpTalk.ACK, 1, 1, 0);
      assertThat(talk.view()).hasToString("tcp 10.0.0.1:40000 -> 192.0.2.9:443 established");
    }
  }

  @Test
  void shouldNameTheOpenerFirstWhereverItsAddressSorts() {
    Packet query = FrameBuilder.icmp("10.0.0.9", "10.0.0.1", 8, 0, 77).build();
    byte[] key = new byte[64];
    int length = FirewallKey.write(query, MemorySegment.ofArray(key), 0);
    byte[] value = new byte[FlowRecord.LENGTH];
    FlowRecord.write(MemorySegment.ofArray(value), 0, FlowRecord.QUERY, 0, 0, 0, 5);
    FlowView view = Objects.requireNonNull(FlowView.of(Arrays.copyOf(key, length), value));
    assertThat(view.opener()).isEqualTo("icmp 10.0.0.9 id 77");
    assertThat(view.lastUseNanos()).isEqualTo(5);
  }

  @Test
  void shouldMakeNothingOfBytesThatAreNoRecord() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      byte[] key = new byte[random.nextInt(50)];
      byte[] value = new byte[random.nextInt(80)];
      random.nextBytes(key);
      random.nextBytes(value);
      FlowView view = FlowView.of(key, value);
      if (value.length < FlowRecord.LENGTH || value[0] < 1 || value[0] > FlowRecord.OTHER) {
        assertThat(view).isNull();
      }
    }
  }

  @Test
  void shouldUnpackWhatItPacked() {
    Random random = new Random(2);
    byte[] record = new byte[FlowRecord.STRICT_TCP_LENGTH];
    byte[] again = new byte[FlowRecord.STRICT_TCP_LENGTH];
    TcpFlow flow = new TcpFlow();
    for (int i = 0; i < 1000; i++) {
      random.nextBytes(record);
      record[0] = FlowRecord.TCP;
      record[1] = (byte) (1 + random.nextInt(TcpState.COUNT - 1));
      record[30] &= 0x1f;
      record[43] = 0;
      record[58] = 0;
      record[59] = 0;
      flow.load(MemorySegment.ofArray(record), 0, record.length, true);
      assertThat(flow.changed()).isFalse();
      flow.store(MemorySegment.ofArray(again), 0);
      assertThat(again).isEqualTo(record);
    }
  }
}

package org.statelessnf.nf.defrag;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;
import org.statelessnf.nf.testing.Verdict.Action;

/** Fragments one after the other, in the hands of three instances. */
final class DefragTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int ID = 0x2345;

  private final Defrag any = new Defrag(DefragConfig.defaults());

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldPutThePacketTogetherInAnyOrder(boolean v6) {
    Packet whole = Pieces.udp(v6, 3000, 1).build();
    for (int seed = 0; seed < 20; seed++) {
      try (SequentialRunner runner = Pieces.runner()) {
        List<Packet> pieces = new ArrayList<>(Pieces.cut(whole, 8 + 8 * (seed % 5) + 400, ID));
        Collections.shuffle(pieces, new Random(seed));
        List<byte[]> out = Pieces.run(runner, pieces);
        assertThat(out).as("seed %d", seed).hasSize(1);
        assertThat(out.getFirst()).isEqualTo(Pieces.expected(whole, ID));
        Packet made = FrameBuilder.packet(out.getFirst(), 0, true);
        assertThat(Checksum.verifyTransport(made)).isEqualTo(Checksum.VALID);
        assertThat(runner.size(any.datagrams())).isZero();
        runner.advanceTo(Pieces.START + 100 * SECOND);
        assertThat(runner.pendingTimers()).isZero();
      }
    }
  }

  @Test
  void shouldPassWhatIsWholeWithoutARecord() {
    try (SequentialRunner runner = Pieces.runner()) {
      for (boolean v6 : new boolean[] {false, true}) {
        Packet whole = Pieces.udp(v6, 100, 1).build();
        assertThat(runner.run(whole).action()).isEqualTo(Action.FORWARD);
      }
      Packet atomic = Pieces.cut(Pieces.udp(true, 100, 1).build(), 2000, ID).getFirst();
      assertThat(atomic.fragmentHeaderOffset()).isPositive();
      assertThat(runner.run(atomic).action()).isEqualTo(Action.FORWARD);
      assertThat(runner.reads()).isZero();
      assertThat(runner.writes()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Requirement(rfc = 5722, id = "4")
  void rfc5722_4_shouldRefuseADatagramWhoseFragmentsOverlapWithAllThatComesOfIt(boolean v6) {
    Packet whole = Pieces.udp(v6, 1000, 1).build();
    byte[] data = Pieces.data(whole);
    List<Packet> pieces = Pieces.cut(whole, 200, ID);
    List<Packet> overlapping = new ArrayList<>();
    overlapping.add(Pieces.piece(whole, 192, 400, true, ID)); // begins before, same bytes
    overlapping.add(Pieces.piece(whole, 200, 392, true, ID)); // within
    overlapping.add(Pieces.piece(whole, 0, 1000, true, ID)); // around
    byte[] other = Arrays.copyOfRange(data, 200, 400);
    other[7] ^= 1;
    overlapping.add(Pieces.piece(whole, other, 200, true, ID)); // same range, other bytes
    overlapping.add(Pieces.piece(whole, 100 * 8, 808, false, ID)); // another end
    overlapping.add(Pieces.piece(whole, 392, 400, false, ID)); // another end
    for (Packet evil : overlapping) {
      for (int when = 2; when < pieces.size(); when++) {
        try (SequentialRunner runner = Pieces.runner()) {
          List<Packet> order = new ArrayList<>(pieces);
          Collections.swap(order, 4, 2); // the one at 800 is there before
          order.add(Math.max(3, when), evil);
          assertThat(Pieces.run(runner, order)).as("%s at %d", evil, when).isEmpty();
          // Nothing of it is taken until its time is over, not even all of it.
          assertThat(Pieces.run(runner, pieces)).isEmpty();
          assertThat(runner.run(pieces.getFirst()).reason()).isEqualTo(DropReason.FRAGMENT);
          long later = Pieces.START + (v6 ? 61 : 31) * SECOND;
          List<Packet> again = pieces.stream().map(p -> Pieces.at(p, later)).toList();
          assertThat(Pieces.run(runner, again)).hasSize(1);
        }
      }
    }
  }

  @Test
  void shouldRefuseWhatReachesBehindTheEnd() {
    Packet whole = Pieces.udp(false, 1000, 1).build();
    Packet end = Pieces.piece(whole, 400, 500, false, ID);
    Packet behind = Pieces.piece(whole, 800, 1000, true, ID);
    try (SequentialRunner runner = Pieces.runner()) {
      assertThat(runner.run(end).action()).isEqualTo(Action.HOLD);
      assertThat(runner.run(behind).reason()).isEqualTo(DropReason.FRAGMENT);
    }
    try (SequentialRunner runner = Pieces.runner()) {
      assertThat(runner.run(behind).action()).isEqualTo(Action.HOLD);
      assertThat(runner.run(end).reason()).isEqualTo(DropReason.FRAGMENT);
    }
  }

  @Test
  void shouldTakeExactDuplicatesOnce() {
    Packet whole = Pieces.udp(false, 1000, 1).build();
    List<Packet> twice = new ArrayList<>();
    for (Packet piece : Pieces.cut(whole, 200, ID)) {
      twice.add(piece);
      twice.add(FrameBuilder.reparsed(piece, true));
    }
    try (SequentialRunner runner = Pieces.runner()) {
      List<byte[]> out = Pieces.run(runner, twice);
      assertThat(out).hasSize(1);
      assertThat(out.getFirst()).isEqualTo(Pieces.expected(whole, ID));
      // The last one's second copy came late, and waits for others in vain.
      assertThat(runner.size(any.datagrams())).isEqualTo(1);
      runner.advanceTo(Pieces.START + 100 * SECOND);
      assertThat(runner.size(any.datagrams())).isZero();
    }
  }

  @Test
  void shouldTellDatagramsApart() {
    Packet one = Pieces.udp(false, 1000, 1).build();
    Packet other = Pieces.udp(false, 1000, 2).build();
    List<Packet> mixed = new ArrayList<>(Pieces.cut(one, 200, ID));
    mixed.addAll(Pieces.cut(other, 304, ID + 1));
    mixed.addAll(Pieces.cut(Pieces.udp(true, 900, 3).build(), 304, ID));
    Collections.shuffle(mixed, new Random(5));
    try (SequentialRunner runner = Pieces.runner()) {
      assertThat(Pieces.run(runner, mixed)).hasSize(3);
      assertThat(runner.size(any.datagrams())).isZero();
    }
  }

  /** RFC 1858: what attacks a filter that looks at fragments, is one whole packet behind this. */
  @Test
  void shouldPutASplitTransportHeaderTogether() {
    Packet syn =
        FrameBuilder.tcp(Pieces.INSIDE, 4000, Pieces.OUTSIDE, 80, TcpHeader.SYN)
            .at(Pieces.START)
            .build();
    List<Packet> tiny = Pieces.cut(syn, 8, ID);
    assertThat(tiny).hasSize(3);
    Collections.reverse(tiny);
    try (SequentialRunner runner = Pieces.runner()) {
      List<byte[]> out = Pieces.run(runner, tiny);
      assertThat(out).hasSize(1);
      assertThat(out.getFirst()).isEqualTo(Pieces.expected(syn, ID));
    }
  }

  @Test
  void rfc7112_5_shouldRefuseASplitHeaderChainOfIpv6() {
    Packet syn =
        FrameBuilder.tcp(Pieces.INSIDE_6, 4000, Pieces.OUTSIDE_6, 80, TcpHeader.SYN)
            .at(Pieces.START)
            .build();
    Packet odd =
        FrameBuilder.other(Pieces.INSIDE, Pieces.OUTSIDE, IpProtocol.UDP, new byte[19])
            .fragment(0x2000 | 10)
            .at(Pieces.START)
            .build();
    try (SequentialRunner runner = Pieces.runner()) {
      List<Packet> tiny = Pieces.cut(syn, 8, ID);
      assertThat(runner.run(tiny.get(0)).reason()).isEqualTo(DropReason.FRAGMENT);
      assertThat(runner.run(tiny.get(1)).reason()).isEqualTo(DropReason.FRAGMENT);
      assertThat(runner.run(odd).reason()).isEqualTo(DropReason.MALFORMED);
      assertThat(runner.writes()).isZero();
    }
  }

  @Test
  void shouldRefuseMoreFragmentsThanTheLimit() {
    Packet whole = Pieces.udp(false, 1000, 1).build();
    DefragConfig config = DefragConfig.defaults().withMaxFragments(4);
    try (SequentialRunner runner = new SequentialRunner(Pieces.instances(2, config))) {
      List<Packet> pieces = Pieces.cut(whole, 200, ID);
      assertThat(Pieces.run(runner, pieces.subList(0, 4))).isEmpty();
      assertThat(runner.run(pieces.get(4)).reason()).isEqualTo(DropReason.LIMIT);
      assertThat(runner.run(pieces.get(5)).reason()).isEqualTo(DropReason.FRAGMENT);
      assertThat(Pieces.run(runner, Pieces.cut(whole, 256, ID + 1))).hasSize(1);
    }
  }

  @Test
  void shouldTakeWhatARecordHoldsAndRefuseMore() {
    try (SequentialRunner runner = Pieces.runner()) {
      Packet large = Pieces.udp(false, 65_000, 1).build();
      List<byte[]> out = Pieces.run(runner, Pieces.cut(large, 1480, ID));
      assertThat(out).hasSize(1);
      assertThat(out.getFirst()).isEqualTo(Pieces.expected(large, ID));
      Packet larger = Pieces.udp(false, 65_500, 1).build();
      List<Packet> pieces = Pieces.cut(larger, 1480, ID);
      assertThat(Pieces.run(runner, pieces.subList(0, pieces.size() - 1))).isEmpty();
      Verdict last = runner.run(pieces.getLast());
      assertThat(last.reason()).isEqualTo(DropReason.LIMIT);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGiveUpWhenTheTimeIsOver(boolean v6) {
    Packet whole = Pieces.udp(v6, 1000, 1).build();
    List<Packet> pieces = Pieces.cut(whole, 200, ID);
    long seconds = v6 ? 60 : 30;
    try (SequentialRunner runner = Pieces.runner()) {
      Pieces.run(runner, pieces.subList(0, 5));
      List<Packet> inTime = List.of(Pieces.at(pieces.get(5), Pieces.START + seconds * SECOND));
      assertThat(Pieces.run(runner, inTime)).hasSize(1);
      List<Packet> more = Pieces.cut(whole, 200, ID + 1);
      Pieces.run(runner, more.subList(0, 5));
      long late = Pieces.START + (2 * seconds + 2) * SECOND;
      assertThat(Pieces.run(runner, List.of(Pieces.at(more.get(5), late)))).isEmpty();
      runner.advanceTo(late + 2 * seconds * SECOND);
      assertThat(runner.size(any.datagrams())).isZero();
      assertThat(runner.pendingTimers()).isZero();
    }
  }

  @Test
  void shouldNotMixTheSides() {
    Packet whole = Pieces.udp(false, 1000, 1).build();
    List<Packet> pieces = Pieces.cut(whole, 200, ID);
    try (SequentialRunner runner = Pieces.runner()) {
      Pieces.run(runner, pieces.subList(0, 5));
      Packet spoofed = FrameBuilder.reparsed(pieces.get(5), false);
      assertThat(runner.run(spoofed).reason()).isEqualTo(DropReason.FRAGMENT);
      assertThat(Pieces.run(runner, List.of(pieces.get(5)))).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rfc3168_5_3_shouldKeepWhatSaysCongestion(boolean v6) {
    Packet whole = Pieces.udp(v6, 1000, 1).build();
    List<Packet> pieces = new ArrayList<>(Pieces.cut(whole, 200, ID));
    byte[] marked = FrameBuilder.bytes(pieces.get(3));
    marked[Pieces.IP + 1] |= (byte) (v6 ? 0x30 : 0x03);
    pieces.set(3, FrameBuilder.packet(marked, Pieces.START, true));
    try (SequentialRunner runner = Pieces.runner()) {
      byte[] out = Pieces.run(runner, pieces).getFirst();
      assertThat(out[Pieces.IP + 1] & (v6 ? 0x30 : 0x03)).isEqualTo(v6 ? 0x30 : 0x03);
      if (!v6) {
        assertThat(Checksum.verifyIpv4Header(FrameBuilder.packet(out, 0, true)))
            .isEqualTo(Checksum.VALID);
      }
    }
  }

  @Test
  void shouldSayWhatWaits() {
    Packet piece = Pieces.cut(Pieces.udp(false, 1000, 1).build(), 200, ID).getFirst();
    try (SequentialRunner runner = Pieces.runner()) {
      runner.run(piece);
      byte[] key = new byte[14];
      MemorySegment memory = Arena.ofAuto().allocate(64);
      FlowKeys.writeDatagram(piece, memory, 0);
      MemorySegment.copy(memory, 0, MemorySegment.ofArray(key), 0, 14);
      byte[] value = runner.value(any.datagrams(), key);
      assertThat(value).isNotNull();
      assertThat(Defrag.describe(key, value == null ? new byte[0] : value))
          .isEqualTo("10.0.0.1 > 198.51.100.7 id 2345: 1 fragments, 200 bytes");
    }
  }
}

package org.statelessnf.nf.defrag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** Fragments of no particular sense: nothing fails, nothing half leaves, nothing stays. */
final class DefragHostileTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldBearAnyFragments(long seed) {
    Random random = new Random(seed);
    List<Packet> wholes =
        List.of(
            Pieces.udp(false, 120, 1).build(),
            Pieces.udp(true, 120, 2).build(),
            FrameBuilder.tcp(Pieces.INSIDE, 1, Pieces.OUTSIDE, 2, 2)
                .payload(new byte[100])
                .build());
    Defrag any = new Defrag(DefragConfig.defaults());
    DefragConfig config = DefragConfig.defaults().withMaxFragments(6);
    long now = Pieces.START;
    int made = 0;
    try (SequentialRunner runner = new SequentialRunner(Pieces.instances(3, config))) {
      for (int i = 0; i < 4_000; i++) {
        Packet whole = wholes.get(random.nextInt(3));
        int length = Pieces.data(whole).length;
        int from = 8 * random.nextInt(4) * (random.nextInt(4) == 0 ? 1 : 4);
        int to = Math.min(length, from + (random.nextInt(4) == 0 ? random.nextInt(90) : 32));
        boolean more = random.nextInt(20) == 0 ? random.nextBoolean() : to < length;
        int id = i / 12;
        Packet packet =
            from >= to
                ? Pieces.piece(whole, new byte[8 * random.nextInt(3)], 65_528, more, id)
                : Pieces.piece(whole, from, to, more, id);
        byte[] frame = FrameBuilder.bytes(packet);
        if (random.nextInt(10) == 0) {
          frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(20) == 0) {
          frame = Arrays.copyOf(frame, random.nextInt(frame.length + 30));
        }
        now += random.nextInt(100) * 1_000_000L;
        Verdict verdict = runner.run(FrameBuilder.packet(frame, now, true));
        if (verdict.passes() || verdict.reason() == DropReason.NO_VERDICT) {
          Packet parsed = FrameBuilder.packet(frame, now, true);
          assertThat(parsed.isFragment()).as("seed %d, packet %d: %s", seed, i, parsed).isFalse();
          assertThat(verdict.passes()).isTrue();
        }
        List<Verdict.Frame> out = new ArrayList<>(verdict.before());
        out.addAll(verdict.after());
        for (Verdict.Frame each : out) {
          Packet whole2 = FrameBuilder.packet(each.bytes(), now, true);
          assertThat(whole2.isFragment()).isFalse();
          assertThat(Checksum.verifyIpv4Header(whole2)).isNotEqualTo(Checksum.INVALID);
          assertThat(whole2.l3Offset() + whole2.l3TotalLength()).isEqualTo(whole2.length());
          made++;
        }
      }
      runner.advanceTo(now + 200 * SECOND);
      assertThat(runner.size(any.datagrams())).isZero();
      assertThat(runner.pendingTimers()).isZero();
    }
    assertThat(made).as("seed %d", seed).isPositive();
  }

  @Test
  void shouldEndAFloodOfFirstFragmentsByTheirTimers() {
    Defrag any = new Defrag(DefragConfig.defaults());
    Packet whole = Pieces.udp(false, 200, 1).build();
    try (SequentialRunner runner = Pieces.runner()) {
      for (int id = 0; id < 2_000; id++) {
        Packet piece = Pieces.cut(whole, 104, id).getFirst();
        runner.run(Pieces.at(piece, Pieces.START + id * SECOND / 10));
      }
      assertThat(runner.size(any.datagrams())).isBetween(290, 310); // of 30 s
      runner.advanceTo(Pieces.START + 300 * SECOND);
      assertThat(runner.size(any.datagrams())).isZero();
    }
  }
}

package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TcpOptionsTest {
  /** What Linux puts into a SYN, then a SACK option with two blocks. */
  private static final String LINUX =
      "020405b4 0402 080a 0000 0001 0000 0002 01 030307 050a 00000010 00000020";

  @Test
  void shouldFindEachOption() {
    Options o = new Options(LINUX);
    assertThat(TcpOptions.maximumSegmentSize(o.memory, 0, o.length)).isEqualTo(1460);
    assertThat(TcpOptions.sackPermitted(o.memory, 0, o.length)).isTrue();
    assertThat(TcpOptions.windowScale(o.memory, 0, o.length)).isEqualTo(7);
    long timestamps = TcpOptions.timestamps(o.memory, 0, o.length);
    assertThat(TcpOptions.timestampValue(o.memory, timestamps)).isEqualTo(1);
    assertThat(TcpOptions.timestampEcho(o.memory, timestamps)).isEqualTo(2);
    long sack = TcpOptions.sack(o.memory, 0, o.length);
    assertThat(TcpOptions.sackBlocks(o.memory, sack)).isEqualTo(1);
    assertThat(TcpOptions.sackLeft(o.memory, sack, 0)).isEqualTo(16);
    assertThat(TcpOptions.sackRight(o.memory, sack, 0)).isEqualTo(32);
    assertThat(TcpOptions.isWellFormed(o.memory, 0, o.length)).isTrue();
    assertThat(o.kinds()).containsExactly(2, 4, 8, 3, 5);
  }

  @Test
  void shouldRewriteInPlace() {
    Options o = new Options(LINUX);
    TcpOptions.setMaximumSegmentSize(o.memory, TcpOptions.find(o.memory, 0, o.length, 2), 1200);
    assertThat(TcpOptions.maximumSegmentSize(o.memory, 0, o.length)).isEqualTo(1200);
    long sack = TcpOptions.sack(o.memory, 0, o.length);
    TcpOptions.sackBlock(o.memory, sack, 0, -5, 7);
    assertThat(TcpOptions.sackLeft(o.memory, sack, 0)).isEqualTo(-5);
    assertThat(TcpOptions.sackRight(o.memory, sack, 0)).isEqualTo(7);
  }

  @Test
  void shouldAnswerAbsent() {
    Options none = new Options("");
    assertThat(TcpOptions.maximumSegmentSize(none.memory, 0, none.length)).isEqualTo(-1);
    assertThat(TcpOptions.windowScale(none.memory, 0, none.length)).isEqualTo(-1);
    assertThat(TcpOptions.sackPermitted(none.memory, 0, none.length)).isFalse();
    assertThat(TcpOptions.timestamps(none.memory, 0, none.length)).isEqualTo(-1);
    assertThat(TcpOptions.sack(none.memory, 0, none.length)).isEqualTo(-1);
    assertThat(none.kinds()).isEmpty();
  }

  @Test
  void shouldStopAtTheEndMark_Rfc9293() {
    Options o = new Options("01 01 00 01 020405b4");
    assertThat(o.kinds()).isEmpty();
    assertThat(TcpOptions.isWellFormed(o.memory, 0, o.length)).isTrue();
  }

  @Test
  void shouldStopWhereTheListBreaksOff() {
    for (String broken :
        new String[] {
          "030307 02", "030307 0200", "030307 0201", "030307 0205 05b4", "030307 01 02ff05b4"
        }) {
      Options o = new Options(broken);
      assertThat(o.kinds()).as(broken).containsExactly(3);
      assertThat(TcpOptions.isWellFormed(o.memory, 0, o.length)).as(broken).isFalse();
      assertThat(TcpOptions.maximumSegmentSize(o.memory, 0, o.length)).isEqualTo(-1);
    }
  }

  @Test
  void shouldTakeNoOptionOfAWrongLength() {
    Options o = new Options("020305 030407ff 0803ff 040300 0509 00000000000000");
    assertThat(TcpOptions.maximumSegmentSize(o.memory, 0, o.length)).isEqualTo(-1);
    assertThat(TcpOptions.windowScale(o.memory, 0, o.length)).isEqualTo(-1);
    assertThat(TcpOptions.timestamps(o.memory, 0, o.length)).isEqualTo(-1);
    assertThat(TcpOptions.sackPermitted(o.memory, 0, o.length)).isFalse();
    assertThat(TcpOptions.sackBlocks(o.memory, TcpOptions.sack(o.memory, 0, o.length))).isZero();
  }

  @Test
  void shouldBoundTheWindowScale_Rfc7323() {
    Options o = new Options("0303ff");
    assertThat(TcpOptions.windowScale(o.memory, 0, o.length)).isEqualTo(14);
  }

  @Test
  void shouldStayWithinTheHeaderWhateverItHolds() {
    Random random = new Random(6);
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = new byte[20 + random.nextInt(41)];
      for (int i = 20; i < bytes.length; i++) {
        bytes[i] = (byte) random.nextInt(round % 2 == 0 ? 12 : 256);
      }
      Options o = new Options(bytes); // exact bounds: a read past them throws
      assertThat(o.kinds().size()).isLessThanOrEqualTo(20);
      TcpOptions.isWellFormed(o.memory, 0, o.length);
      TcpOptions.maximumSegmentSize(o.memory, 0, o.length);
      TcpOptions.windowScale(o.memory, 0, o.length);
      TcpOptions.timestamps(o.memory, 0, o.length);
      long sack = TcpOptions.sack(o.memory, 0, o.length);
      for (int i = 0; sack >= 0 && i < TcpOptions.sackBlocks(o.memory, sack); i++) {
        TcpOptions.sackRight(o.memory, sack, i);
      }
    }
  }

  /** A TCP header with options in memory of its exact size. */
  private static final class Options {
    final MemorySegment memory;
    final int length;

    Options(String hex) {
      this(Frames.bytes("00".repeat(20) + hex));
    }

    Options(byte[] header) {
      memory = MemorySegment.ofArray(header);
      length = header.length;
    }

    List<Integer> kinds() {
      List<Integer> kinds = new ArrayList<>();
      for (long o = TcpOptions.first(memory, 0, length);
          o >= 0;
          o = TcpOptions.next(memory, 0, length, o)) {
        kinds.add(TcpOptions.kind(memory, o));
      }
      return kinds;
    }
  }
}

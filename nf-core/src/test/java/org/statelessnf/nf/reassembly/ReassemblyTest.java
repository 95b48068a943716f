package org.statelessnf.nf.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.testing.Verdict;

final class ReassemblyTest {

  @Test
  void shouldLetSegmentsOutInOrderWhicheverInstanceGetsThem() {
    try (Lane lane = new Lane(3, ReassemblyConfig.defaults()).open()) {
      lane.data(1000, "a");
      assertThat(lane.data(1002, "c").action()).isEqualTo(Verdict.Action.HOLD);
      lane.data(1003, "d");
      lane.data(1005, "f");
      lane.data(1001, "b");
      assertThat(lane.text()).isEqualTo("a b c d");
      lane.data(1004, "e");
      assertThat(lane.text()).isEqualTo("a b c d e f");
      assertThat(lane.events).isEmpty();
    }
  }

  @Test
  void shouldReleaseWhatADeadInstanceHeld() {
    try (Lane lane = new Lane(2, ReassemblyConfig.defaults()).open()) { // instance 0
      lane.data(1001, "b"); // 1
      lane.runner.kill(1);
      lane.data(1000, "a");
      assertThat(lane.text()).isEqualTo("a b");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-3, -1, 0x7ffffffe, 0})
  void shouldCrossTheEndOfTheSequenceNumbers(int first) {
    try (Lane lane = new Lane()) {
      lane.send(first - 1, Lane.SYN, "");
      lane.data(first + 4, "ef");
      lane.data(first + 2, "cd");
      lane.data(first, "ab");
      assertThat(lane.text().strip()).isEqualTo("ab cd ef");
    }
  }

  @Test
  void shouldPassRetransmissionsOfWhatWasDelivered() {
    try (Lane lane = new Lane().open()) {
      lane.data(1000, "ab");
      lane.data(1000, "ab");
      lane.data(1001, "bc");
      lane.data(1003, "d");
      assertThat(lane.text()).isEqualTo("ab ab bc d");
    }
  }

  @Test
  void shouldHoldACopyOfWhatWaitsOnlyOnce() {
    try (Lane lane = new Lane().open()) {
      lane.data(1001, "b");
      lane.data(1001, "b");
      lane.data(1000, "a");
      assertThat(lane.text()).isEqualTo("a b");
    }
  }

  @Test
  void shouldDeliverAFinInItsPlaceAndForgetTheDirection() {
    try (Lane lane = new Lane().open()) {
      lane.send(1001, Lane.FIN | Lane.ACK, "b");
      lane.data(1000, "a");
      assertThat(lane.text()).isEqualTo("a b.");
      lane.advance(12_000);
      assertThat(lane.streams()).isZero();
      assertThat(lane.held()).isZero();
      assertThat(lane.runner.pendingTimers()).isZero();
    }
  }

  @Test
  void shouldBelieveAResetOnlyInOrder() {
    try (Lane lane = new Lane().open()) {
      lane.send(1500, Lane.RST, "");
      lane.data(1001, "b");
      lane.data(1000, "a");
      assertThat(lane.text().strip()).isEqualTo("a b");
      lane.send(1002, Lane.RST, "");
      lane.data(1009, "z");
      assertThat(lane.text().strip()).endsWith("z"); // over: passes as it comes
    }
  }

  @Test
  void shouldBeginAnewAfterTheEnd() {
    try (Lane lane = new Lane().open()) {
      lane.data(1001, "x"); // waits for ever
      lane.send(1000, Lane.RST, "");
      lane.send(7999, Lane.SYN, "");
      lane.data(8001, "b");
      lane.data(8000, "a");
      assertThat(lane.text().strip()).isEqualTo("a b");
    }
  }

  @Test
  void shouldGiveUpAGapInTimeAndTell() {
    try (Lane lane = new Lane().open()) {
      lane.data(1001, "b");
      lane.data(1003, "d");
      lane.advance(900);
      assertThat(lane.text()).isEmpty();
      lane.advance(200);
      assertThat(lane.text()).isEqualTo("b d");
      assertThat(lane.events).containsExactly(ReassemblyEvent.GAP);
      lane.data(1000, "a");
      lane.data(1004, "e");
      assertThat(lane.text()).isEqualTo("b d a e");
      lane.advance(2_000);
      assertThat(lane.held()).isZero();
    }
  }

  @Test
  void shouldWaitAnewForTheNextGap() {
    try (Lane lane = new Lane().open()) {
      lane.data(1001, "b");
      lane.advance(700);
      lane.data(1003, "d");
      lane.data(1000, "a");
      lane.advance(700);
      assertThat(lane.text()).isEqualTo("a b");
      lane.data(1002, "c");
      assertThat(lane.text()).isEqualTo("a b c d");
      assertThat(lane.events).isEmpty();
    }
  }

  @Test
  void shouldDropAtTheLimitsAndLetTheSenderSendAgain() {
    ReassemblyConfig config = ReassemblyConfig.defaults().withLimits(400, 2, 0, 1_000_000_000L);
    try (Lane lane = new Lane(2, config).open()) {
      lane.data(1001, "b");
      lane.data(1002, "c");
      assertThat(lane.data(1003, "d").reason()).isEqualTo(DropReason.LIMIT);
      lane.data(1000, "a");
      assertThat(lane.text()).isEqualTo("a b c");
      assertThat(lane.data(1004, "x".repeat(400)).reason()).isEqualTo(DropReason.LIMIT);
      lane.data(1003, "d");
      assertThat(lane.text()).isEqualTo("a b c d");
      assertThat(lane.data(1_000_000_000, "z").reason()).isEqualTo(DropReason.OUT_OF_WINDOW);
    }
  }

  @Test
  void shouldLeaveNoRecordIfNothingMayBeHeld() {
    ReassemblyConfig config = ReassemblyConfig.defaults().withLimits(0, 0, 0, 1_000_000_000L);
    try (Lane lane = new Lane(1, config).open()) {
      assertThat(lane.data(1001, "b").reason()).isEqualTo(DropReason.LIMIT);
      assertThat(lane.held()).isZero();
    }
  }

  @Test
  void shouldPassAsItComesBehindTheDepth() {
    ReassemblyConfig config = ReassemblyConfig.defaults().withLimits(60_000, 64, 2, 1_000_000_000L);
    try (Lane lane = new Lane(2, config).open()) {
      lane.data(1001, "b");
      lane.data(1000, "a");
      lane.data(1005, "f");
      assertThat(lane.text()).isEqualTo("a b f");
    }
  }

  @Test
  void shouldPickUpInMidstreamOrNotByPolicy() {
    try (Lane lane = new Lane()) {
      lane.data(1000, "a");
      lane.data(1002, "c");
      lane.data(1001, "b");
      assertThat(lane.text()).isEqualTo("a b c");
    }
    try (Lane lane = new Lane(2, ReassemblyConfig.defaults().withMidstream(false))) {
      lane.data(1000, "a");
      lane.data(1002, "c");
      lane.data(1001, "b");
      assertThat(lane.text()).isEqualTo("a c b");
      assertThat(lane.streams()).isZero();
    }
  }

  @Test
  void shouldTakeFastOpenDataAndUrgentOnesAsTheyAre() {
    try (Lane lane = new Lane()) {
      lane.send(999, Lane.SYN, "ab");
      lane.data(1003, "d");
      lane.send(1002, Lane.ACK | 0x20, "c");
      assertThat(lane.text()).isEqualTo("ab c d");
    }
  }

  /** Ten bytes of A from 1010 on are held first; then BB… comes, then the gap is filled. */
  @ParameterizedTest
  @CsvSource({
    // new segment from, its length, and what the receiver reads behind the gap, by policy
    "FIRST,   1010, 10, AAAAAAAAAA",
    "LAST,    1010, 10, BBBBBBBBBB",
    "BSD,     1010, 10, AAAAAAAAAA",
    "LINUX,   1010, 10, BBBBBBBBBB",
    "WINDOWS, 1010, 10, AAAAAAAAAA",
    "FIRST,   1008, 6,  BBAAAAAAAAAA",
    "LAST,    1008, 6,  BBBBBBAAAAAA",
    "BSD,     1008, 6,  BBBBBBAAAAAA",
    "LINUX,   1008, 6,  BBBBBBAAAAAA",
    "WINDOWS, 1008, 6,  BBAAAAAAAAAA",
    "FIRST,   1014, 10, AAAAAAAAAABBBB",
    "LAST,    1014, 10, AAAABBBBBBBBBB",
    "BSD,     1014, 10, AAAAAAAAAABBBB",
    "LINUX,   1014, 10, AAAAAAAAAABBBB",
    "WINDOWS, 1014, 10, AAAAAAAAAABBBB",
    "FIRST,   1008, 14, BBAAAAAAAAAABB",
    "WINDOWS, 1008, 14, BBBBBBBBBBBBBB",
    "BSD,     1008, 14, BBBBBBBBBBBBBB"
  })
  void shouldMakeCopiesAgreeByPolicy(OverlapPolicy policy, int from, int length, String read) {
    try (Lane lane = new Lane(2, ReassemblyConfig.defaults().withPolicy(policy)).open()) {
      lane.data(1010, "A".repeat(10));
      lane.data(from, "B".repeat(length));
      int gap = Math.min(1010, from) - 1000;
      lane.data(1000, "x".repeat(gap));
      assertThat(lane.events).containsOnly(ReassemblyEvent.OVERLAP);
      assertThat(Reader.read(lane.out, gap, from)).isEqualTo(read);
      assertThat(lane.wrongChecksums).isZero();
    }
  }

  /** The segment that fills the gap overlaps what waits. */
  @ParameterizedTest
  @CsvSource({"FIRST, xxA", "LAST, xxB", "BSD, xxB", "WINDOWS, xxA"})
  void shouldMakeTheSegmentInOrderAgreeWithWhatWaits(OverlapPolicy policy, String out) {
    try (Lane lane = new Lane(2, ReassemblyConfig.defaults().withPolicy(policy)).open()) {
      lane.data(1002, "A");
      lane.data(1000, "xxB");
      lane.data(1003, "z");
      // What waits is behind the delivered bytes and does not leave; or it leaves first.
      assertThat(lane.text()).isEqualTo(out + " z");
      assertThat(lane.events).containsExactly(ReassemblyEvent.OVERLAP);
      assertThat(lane.wrongChecksums).isZero();
    }
  }

  @Test
  void shouldLeaveOtherPacketsAlone() {
    try (Lane lane = new Lane()) {
      var udp = org.statelessnf.nf.testing.FrameBuilder.udp("10.0.0.1", 1, "10.0.0.2", 2).build();
      assertThat(lane.runner.run(udp).passes()).isTrue();
      assertThat(lane.runner.reads()).isZero();
    }
  }
}

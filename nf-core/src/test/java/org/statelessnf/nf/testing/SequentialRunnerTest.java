package org.statelessnf.nf.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.nf.testing.Verdict.Action;
import org.statelessnf.store.TableClass;

class SequentialRunnerTest {
  private static final long SECOND = 1_000_000_000L;

  /** The first byte of a frame is the key of a record; what happens to it is up to each test. */
  private abstract static class ByFirstByte implements NetworkFunction {
    final StateLayout layout = new StateLayout("toy");
    final StateTable flows = layout.table("flows", 1, 8, TableClass.FLOW);
    final StateTable seats = layout.table("seats", 1, 8, TableClass.FLOW);

    @Override
    public StateLayout layout() {
      return layout;
    }

    @Override
    public void locate(Packet packet, Keys keys) {
      long at = keys.reserve(1);
      Wire.put8(keys.memory(), at, Wire.u8(packet.memory(), packet.offset()));
      keys.commit(flows, 1);
    }
  }

  /** Counts packets in the flow's record. */
  private static final class Counting extends ByFirstByte {
    @Override
    public void process(Packet packet, Step step) {
      StagedRecord record = step.record(0);
      int seen = record.exists() ? Wire.u8(record.memory(), record.offset()) : 0;
      long at = record.write(1);
      Wire.put8(record.memory(), at, Math.min(3, seen + 1));
      step.increment(seats, MemorySegment.ofArray(new byte[] {0}), 0, 1, 2);
      step.forward();
    }
  }

  @Test
  void shouldShareRecordsAmongInstancesAndWriteOnlyWhatChanged() {
    Counting first = new Counting();
    try (SequentialRunner runner = new SequentialRunner(List.of(first, new Counting()))) {
      for (int i = 0; i < 5; i++) {
        assertThat(runner.run(frame(7, i)).action()).isEqualTo(Action.FORWARD);
      }
      assertThat(runner.value(first.flows, new byte[] {7})).containsExactly(3);
      assertThat(runner.value(first.seats, new byte[] {0})).startsWith(10, 0);
      assertThat(runner.writes()).as("three of the record, five of the counter").isEqualTo(8);
      assertThat(runner.reads()).isEqualTo(5);
      assertThat(runner.size(first.flows)).isEqualTo(1);
    }
  }

  @Test
  void shouldProcessAgainWhenAClaimIsTaken() {
    // Claims the first free seat, looking at none before.
    ByFirstByte seating =
        new ByFirstByte() {
          @Override
          public void process(Packet packet, Step step) {
            byte[] seat = {0};
            StagedRecord claim = step.claim(seats, MemorySegment.ofArray(seat), 0, 1);
            while (claim.exists()) {
              seat[0]++;
              claim = step.claim(seats, MemorySegment.ofArray(seat), 0, 1);
            }
            claim.write(1);
            StagedRecord flow = step.record(0);
            long at = flow.write(1);
            Wire.put8(flow.memory(), at, seat[0] + 10 * step.attempt());
            step.forward();
          }
        };
    try (SequentialRunner runner = new SequentialRunner(seating)) {
      for (int i = 0; i < 3; i++) {
        runner.run(frame(i, i));
      }
      assertThat(runner.value(seating.flows, new byte[] {0})).containsExactly(0);
      assertThat(runner.value(seating.flows, new byte[] {1})).containsExactly(11);
      assertThat(runner.value(seating.flows, new byte[] {2})).containsExactly(22);
      assertThat(runner.size(seating.seats)).isEqualTo(3);
      assertThat(runner.conflicts()).isEqualTo(3);
    }
  }

  @Test
  void shouldReadWhatIsFetchedAndRunAgain() {
    ByFirstByte fetching =
        new ByFirstByte() {
          @Override
          public void process(Packet packet, Step step) {
            byte[] key = {5};
            StagedRecord other = step.fetch(seats, MemorySegment.ofArray(key), 0, 1);
            if (other == null) {
              return;
            }
            if (other.exists()) {
              other.remove();
              step.hairpin();
            } else {
              other.write(8);
              step.rewrite().destinationMac(1);
              step.forward();
            }
          }
        };
    try (SequentialRunner runner = new SequentialRunner(fetching)) {
      Verdict first = runner.run(frame(1, 0));
      assertThat(first.action()).isEqualTo(Action.FORWARD);
      assertThat(first.rewrite().hasDestinationMac()).isTrue();
      assertThat(runner.size(fetching.seats)).isEqualTo(1);
      Verdict second = runner.run(frame(1, 1));
      assertThat(second.action()).isEqualTo(Action.HAIRPIN);
      assertThat(second.rewrite().isEmpty()).isTrue();
      assertThat(runner.size(fetching.seats)).isZero();
    }
  }

  @Test
  void shouldFireTimersByPacketTimeAndOnlyOncePerArming() {
    ByFirstByte expiring =
        new ByFirstByte() {
          @Override
          public void process(Packet packet, Step step) {
            step.record(0).write(8);
            step.armTimer(step.record(0), 1000);
            step.forward();
          }

          @Override
          public void onTimer(TimerEvent timer, Step step) {
            StagedRecord record = step.record(0);
            long at = record.write(8);
            Wire.put64(record.memory(), at, step.nowNanos());
            if (step.nowNanos() < 3 * SECOND) {
              step.armTimer(record, 500);
            }
          }
        };
    try (SequentialRunner runner = new SequentialRunner(expiring)) {
      runner.run(frame(1, 0));
      runner.run(frame(1, SECOND / 2)); // replaces the timer
      assertThat(runner.pendingTimers()).isEqualTo(1);
      runner.advanceTo(SECOND * 3 / 2 - 1);
      assertThat(runner.value(expiring.flows, new byte[] {1})).containsOnly(0);
      runner.advanceTo(SECOND * 3 / 2);
      assertThat(time(runner.value(expiring.flows, new byte[] {1}))).isEqualTo(SECOND * 3 / 2);
      runner.advanceTo(10 * SECOND);
      assertThat(time(runner.value(expiring.flows, new byte[] {1}))).isEqualTo(3 * SECOND);
      assertThat(runner.pendingTimers()).isZero();
    }
  }

  @Test
  void shouldKeepHouseFirstAndWhenAStepIsDeferred() {
    var deferring =
        new ByFirstByte() {
          int calls;

          @Override
          public void housekeeping(NfContext context) {
            calls++;
            context.session().single().put(context.table(seats), new byte[] {9}, new byte[] {4});
          }

          @Override
          public void process(Packet packet, Step step) {
            if (calls < Wire.u8(packet.memory(), packet.offset())) {
              step.defer(DropReason.PORTS_EXHAUSTED);
            } else {
              step.forward();
            }
          }
        };
    try (SequentialRunner runner = new SequentialRunner(deferring)) {
      assertThat(runner.run(frame(1, 0)).passes()).isTrue();
      assertThat(deferring.calls).isEqualTo(1);
      assertThat(runner.run(frame(3, 1)).passes()).isTrue();
      assertThat(deferring.calls).isEqualTo(3);
      assertThat(runner.run(frame(200, 2)).reason()).isEqualTo(DropReason.PORTS_EXHAUSTED);
      assertThat(runner.value(deferring.seats, new byte[] {9})).containsExactly(4);
      int before = deferring.calls;
      runner.run(frame(1, SECOND));
      assertThat(deferring.calls).as("every 100 ms").isEqualTo(before + 1);
    }
  }

  @Test
  void shouldDropWhatGetsNoVerdict() {
    ByFirstByte silent =
        new ByFirstByte() {
          @Override
          public void process(Packet packet, Step step) {}
        };
    try (SequentialRunner runner = new SequentialRunner(silent)) {
      assertThat(runner.run(frame(1, 0)).reason()).isEqualTo(DropReason.NO_VERDICT);
    }
  }

  @Test
  void shouldRefuseANetworkFunctionThatChangesThePacketOrAReadRecord() {
    ByFirstByte scribbling =
        new ByFirstByte() {
          @Override
          public void process(Packet packet, Step step) {
            Wire.put8(packet.memory(), packet.offset() + 1, 1);
            step.forward();
          }
        };
    try (SequentialRunner runner = new SequentialRunner(scribbling)) {
      assertThatThrownBy(() -> runner.run(frame(1, 0))).hasMessageContaining("changed the packet");
    }
    ByFirstByte careless =
        new ByFirstByte() {
          @Override
          public void process(Packet packet, Step step) {
            Wire.put8(step.record(0).memory(), step.record(0).offset(), 1);
          }
        };
    try (SequentialRunner runner = new SequentialRunner(careless)) {
      assertThatThrownBy(() -> runner.run(frame(1, 0)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldDealNothingToAKilledInstance() {
    try (SequentialRunner runner = new SequentialRunner(List.of(new Counting(), new Counting()))) {
      runner.kill(0);
      assertThat(runner.run(frame(7, 0)).passes()).isTrue();
      assertThatThrownBy(() -> runner.run(frame(7, 1), 0)).hasMessageContaining("killed");
    }
  }

  private static long time(byte @Nullable [] value) {
    assertThat(value).isNotNull();
    return value == null ? -1 : Wire.i64(MemorySegment.ofArray(value), 0);
  }

  private static Packet frame(int key, long nanos) {
    MemorySegment memory = Arena.ofAuto().allocate(60);
    Wire.put8(memory, 0, key);
    Packet packet = new Packet();
    packet.wrap(memory, 0, 60, 60, nanos);
    return packet;
  }
}

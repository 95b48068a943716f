package org.statelessnf.host.bench.nf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.statelessnf.host.bench.report.FunctionReport;
import org.statelessnf.host.bench.report.FunctionReport.RoundTrip;
import org.statelessnf.host.bench.report.FunctionReport.TrafficReport;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;

class FunctionBenchTest {
  private static final int PACKETS = 10_000;

  @ParameterizedTest
  @EnumSource(BenchFunction.class)
  void shouldPassEveryPacketAndLeaveNothingBehind(BenchFunction function) throws Exception {
    try (StateStore store = Stores.open("caffeine:")) {
      FunctionBench bench = new FunctionBench(function, "here", store);
      for (int round = 0; round < 3; round++) {
        bench.measure(PACKETS, round, 1);
      }
      bench.roundTrip(100_000, 1_000, 1_000, 1);
      FunctionReport report = bench.report();
      assertThat(report.function()).isEqualTo(function.id());
      for (TrafficReport traffic : report.traffic()) {
        assertThat(traffic.dropped()).as(traffic.traffic()).isZero();
        assertThat(traffic.packetsPerSecond()).isPositive();
        assertThat(traffic.rounds()).hasSize(2);
        assertThat(traffic.readsPerPacket()).isPositive();
        assertThat(traffic.writesPerPacket()).isPositive();
      }
      RoundTrip roundTrip = Objects.requireNonNull(report.roundTrip());
      assertThat(roundTrip.latency().count()).isEqualTo(1_000);
      try (StoreSession session = store.openSession()) {
        for (StateTable table : function.function().get().layout().tables()) {
          try (ScanCursor cursor = session.scan(store.table(table.spec()))) {
            assertThat(cursor.next()).as(table.name()).isFalse();
          }
        }
      }
    }
  }

  @Test
  void shouldMeasureTheLoopWithoutAStore() throws Exception {
    FunctionBench bench = new FunctionBench(BenchFunction.FIREWALL, FunctionBench.LOOP, null);
    for (int round = 0; round < 2; round++) {
      bench.measure(PACKETS, round, 1);
    }
    bench.roundTrip(1_000, 100, 0, 1);
    FunctionReport report = bench.report();
    assertThat(report.roundTrip()).isNull();
    assertThat(report.traffic()).allMatch(traffic -> traffic.packetsPerSecond() > 0);
  }

  @Test
  void shouldCountArrivalFromWhenAPacketWasMeantToCome() {
    try (Traffic traffic = new Traffic(Traffic.Shape.UDP_OUT, 0, 10, 100, 1)) {
      PacedPort port = new PacedPort(traffic.fresh(), 1e9);
      Packet[] burst = new Packet[1_000];
      int first = port.receive(burst, 1);
      assertThat(first).isEqualTo(1);
      long begin = burst[0].arrivalNanos();
      int taken = 1;
      while (!port.exhausted()) {
        int count = port.receive(burst, burst.length);
        for (int i = 0; i < count; i++) {
          assertThat((double) (burst[i].arrivalNanos() - begin)).isCloseTo(taken, within(1.0));
          assertThat(burst[i].arrivalNanos()).isLessThanOrEqualTo(System.nanoTime());
          taken++;
        }
      }
      assertThat(taken).isEqualTo(1_000);
    }
  }
}

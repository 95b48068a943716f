package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.TestLane;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * Flows that come and go, through two instances of the engine, for long: nothing grows. After each
 * quarter all flows end, and what is left is looked at: records, counters, packet buffers, and the
 * heap after a collection.
 */
@Tag("long")
@Timeout(3600)
class FirewallSoakTest {
  private static final int QUARTERS = 4;
  private static final int PACKETS_PER_FLOW = 9;
  private static final long MEGABYTE = 1 << 20;

  /** What other threads of the test's JVM may have come by meanwhile. */
  private static final long SLACK_BYTES = 8 * MEGABYTE;

  private static final String CLIENT = "10.0.0.1";
  private static final String SERVER = "192.0.2.9";

  private record Rest(int records, long heapBytes) {}

  @Test
  void shouldNotGrowInAShortSoak() throws Exception {
    soak(10_000);
  }

  @Test
  void shouldNotGrowInSeveralMillionPackets() throws Exception {
    soak(600_000);
  }

  private static FirewallConfig config() {
    Timeouts timeouts = Timeouts.defaults();
    for (String name : Timeouts.names()) {
      timeouts = timeouts.with(name, Duration.ofMillis(name.equals("tcp.established") ? 900 : 200));
    }
    return FirewallConfig.defaults()
        .withTimeouts(timeouts)
        .withLimits(new Limits(100_000, 200_000));
  }

  private static void soak(int flows) throws Exception {
    FirewallConfig config = config();
    PipeConfig pipes =
        PipeConfig.defaults().withTimers(Duration.ofMillis(10), Duration.ofSeconds(10));
    byte[][] frames = frames();
    Rest[] rests = new Rest[QUARTERS];
    try (StateStore store = Stores.open("caffeine:");
        TestLane one = new TestLane("one", store, pipes, () -> new Firewall(config), p -> {});
        TestLane two = new TestLane("two", store, pipes, () -> new Firewall(config), p -> {})) {
      for (int quarter = 0; quarter < QUARTERS; quarter++) {
        for (int flow = 0; flow < flows / QUARTERS; flow++) {
          TestLane lane = (flow & 1) == 0 ? one : two;
          for (int i = 0; i < frames.length; i++) {
            boolean out = i != 1 && i != 4 && i != 6;
            int client = 1024 + flow % 60_000;
            TestLane.ports(frames[i], out ? client : 80, out ? 80 : client);
            // Every other flow is left open, for its timer to end.
            if (i < 5 || flow % 4 < 2) {
              lane.send(frames[i], System.currentTimeMillis() * 1_000_000L);
            }
          }
        }
        one.settle();
        two.settle();
        rests[quarter] = rest(store, config, one, two);
        System.out.printf(
            "soak, quarter %d: %,d packets so far, %d records, heap %,d KiB%n",
            quarter + 1,
            one.sent() + two.sent(),
            rests[quarter].records,
            rests[quarter].heapBytes >> 10);
      }
      one.end();
      two.end();
      assertThat(one.passed() + two.passed() + one.drops() + two.drops())
          .as("every packet is accounted for")
          .isEqualTo(one.sent() + two.sent());
    }
    for (int quarter = 0; quarter < QUARTERS; quarter++) {
      assertThat(rests[quarter].records).as("records after quarter %d", quarter + 1).isZero();
    }
    assertThat(rests[QUARTERS - 1].heapBytes)
        .as("heap")
        .isLessThan(rests[1].heapBytes + SLACK_BYTES);
  }

  /** A connection of {@value #PACKETS_PER_FLOW} segments. */
  private static byte[][] frames() {
    byte[] data = new byte[30];
    FrameBuilder[] frames = {
      FrameBuilder.tcp(CLIENT, 1, SERVER, 80, TcpTalk.SYN).numbers(100, 0),
      FrameBuilder.tcp(SERVER, 80, CLIENT, 1, TcpTalk.SYN_ACK).numbers(500, 101),
      FrameBuilder.tcp(CLIENT, 1, SERVER, 80, TcpTalk.ACK).numbers(101, 501),
      FrameBuilder.tcp(CLIENT, 1, SERVER, 80, TcpTalk.ACK).numbers(101, 501).payload(data),
      FrameBuilder.tcp(SERVER, 80, CLIENT, 1, TcpTalk.ACK).numbers(501, 131).payload(data),
      FrameBuilder.tcp(CLIENT, 1, SERVER, 80, TcpTalk.FIN).numbers(131, 531),
      FrameBuilder.tcp(SERVER, 80, CLIENT, 1, TcpTalk.FIN).numbers(531, 132),
      FrameBuilder.tcp(CLIENT, 1, SERVER, 80, TcpTalk.ACK).numbers(132, 532),
      FrameBuilder.udp(CLIENT, 1, SERVER, 80)
    };
    byte[][] bytes = new byte[PACKETS_PER_FLOW][];
    for (int i = 0; i < PACKETS_PER_FLOW; i++) {
      bytes[i] = TestLane.frame(frames[i]);
    }
    return bytes;
  }

  /** Waits until the timers have ended all flows, then looks. */
  private static Rest rest(StateStore store, FirewallConfig config, TestLane one, TestLane two)
      throws InterruptedException {
    byte[] beat = new byte[60]; // no IP: passes, and tells the time, which timers go by
    int records = records(store, config);
    for (int i = 0; i < 6_000 && records > 0; i++) {
      one.send(beat, System.currentTimeMillis() * 1_000_000L);
      two.send(beat, System.currentTimeMillis() * 1_000_000L);
      one.settle();
      two.settle();
      Thread.sleep(10);
      records = records(store, config);
    }
    long heap = 0;
    for (int i = 0; i < 3; i++) {
      System.gc();
      heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
    return new Rest(records, heap);
  }

  private static int records(StateStore store, FirewallConfig config) {
    int records = 0;
    for (StateTable table : new Firewall(config).layout().tables()) {
      records += TestLane.records(store, table);
    }
    return records;
  }
}

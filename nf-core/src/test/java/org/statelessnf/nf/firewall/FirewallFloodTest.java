package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.TestLane;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * A SYN flood from one source with ever new ports, through two instances of the engine on one
 * store: what it leaves in the store is bounded, and connections that are open go on.
 */
@Tag("long")
@Timeout(600)
class FirewallFloodTest {
  private static final long START = 1_700_000_000_000_000_000L;
  private static final String ATTACKER = "198.51.100.66";
  private static final String SERVER = "10.0.0.80";
  private static final String CLIENT = "192.0.2.7";
  private static final int PER_SOURCE = 500;
  private static final int BATCH = 128;
  private static final int IN_FLIGHT = 4;
  private static final int SYN_EVERY = 50;
  private static final int CONNECTIONS = 20;

  /** What may be opened beyond the limit: what is under way, or not yet counted. */
  private static final int OVERSHOOT = 2 * 2 * BATCH * IN_FLIGHT;

  @TempDir private Path directory;

  private Firewall firewall() {
    return new Firewall(FirewallConfig.load(directory.resolve("rules")));
  }

  @Test
  void shouldBoundWhatAFloodLeavesAndKeepConnectionsGoing() throws Exception {
    flood(100_000);
  }

  @Test
  void shouldBoundWhatAFloodOfAMillionPortsLeaves() throws Exception {
    flood(1_000_000);
  }

  private void flood(int syns) throws Exception {
    Files.writeString(
        directory.resolve("rules"),
        "limit half-open-per-source " + PER_SOURCE + "\nallow in tcp to " + SERVER + "\n");
    PipeConfig config = PipeConfig.defaults().withMaxBatch(BATCH).withBatchesInFlight(IN_FLIGHT);
    long[] data = new long[1];
    try (StateStore store = Stores.open("caffeine:");
        TestLane one = lane("one", store, config, data);
        TestLane two = lane("two", store, config, data)) {
      open(one);
      TestLane[] lanes = {one, two};
      byte[] syn = TestLane.frame(FrameBuilder.tcp(ATTACKER, 1, SERVER, 1, TcpTalk.SYN));
      byte[] segment =
          TestLane.frame(
              FrameBuilder.tcp(CLIENT, 1, SERVER, 80, TcpTalk.ACK)
                  .numbers(101, 501)
                  .payload(new byte[20]));
      long segments = 0;
      for (int i = 0; i < syns; i++) {
        TestLane.ports(syn, 1 + i % 65_000, 1 + i / 65_000);
        lanes[i & 1].send(syn, START + i);
        if (i % SYN_EVERY == 0) {
          TestLane.ports(segment, 1000 + (int) (segments % CONNECTIONS), 80);
          lanes[(int) (segments & 1)].send(segment, START + i);
          segments++;
        }
      }
      one.end();
      two.end();
      Firewall firewall = firewall();
      int records = TestLane.records(store, firewall.flows());
      int counters = TestLane.records(store, firewall.layout().tables().get(1));
      System.out.printf(
          "flood of %,d SYNs: %,d records, %,d of %,d segments of open connections passed%n",
          syns, records, data[0], segments);
      assertThat(data[0]).as("segments of open connections").isEqualTo(segments);
      assertThat(records).isBetween(PER_SOURCE + CONNECTIONS, PER_SOURCE + CONNECTIONS + OVERSHOOT);
      assertThat(counters).isLessThanOrEqualTo(4);
      assertThat(one.drops(DropReason.LIMIT) + two.drops(DropReason.LIMIT))
          .isEqualTo(syns - (records - CONNECTIONS));
      assertThat(one.drops() + two.drops())
          .as("nothing else is dropped")
          .isEqualTo(syns - (records - CONNECTIONS));
    }
  }

  private TestLane lane(String name, StateStore store, PipeConfig config, long[] data) {
    return new TestLane(
        name,
        store,
        config,
        this::firewall,
        packet -> data[0] += packet.payloadLength() > 0 ? 1 : 0);
  }

  private static void open(TestLane lane) {
    for (int i = 0; i < CONNECTIONS; i++) {
      int port = 1000 + i;
      for (FrameBuilder frame :
          new FrameBuilder[] {
            FrameBuilder.tcp(CLIENT, port, SERVER, 80, TcpTalk.SYN).numbers(100, 0),
            FrameBuilder.tcp(SERVER, 80, CLIENT, port, TcpTalk.SYN_ACK).numbers(500, 101),
            FrameBuilder.tcp(CLIENT, port, SERVER, 80, TcpTalk.ACK).numbers(101, 501)
          }) {
        lane.send(TestLane.frame(frame), START);
      }
    }
    lane.settle();
  }
}

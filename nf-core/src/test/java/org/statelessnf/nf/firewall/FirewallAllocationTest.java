package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.PlainStep;

/** The firewall allocates nothing for packets of known flows, nor for those that it drops. */
class FirewallAllocationTest {
  private static final int WARM_UP = 20_000;
  private static final int MEASURED = 20_000;
  private static final Keys KEYS = new NoKeys();

  @ParameterizedTest(name = "strict {0}")
  @ValueSource(booleans = {false, true})
  void shouldAllocateNothingPerPacket(boolean strict) {
    Firewall firewall = new Firewall(FirewallConfig.defaults().withStrict(strict));
    List<Packet> packets;
    try (TcpTalk talk = TcpTalk.liberal()) {
      packets =
          List.of(
              talk.clientPacket(TcpTalk.SYN, 0, 0, 0),
              talk.serverPacket(TcpTalk.SYN_ACK, 0, 1, 0),
              talk.clientPacket(TcpTalk.ACK, 1, 1, 0),
              talk.clientPacket(TcpTalk.ACK, 1, 1, 100),
              talk.serverPacket(TcpTalk.ACK, 1, 101, 100),
              talk.serverPacket(TcpTalk.RST, -7, 0, 0),
              talk.serverPacket(TcpTalk.SYN, 7, 0, 0));
    }
    OneRecord step = new OneRecord();
    Packet udp = FrameBuilder.udp("10.0.0.1", 4000, "192.0.2.1", 53).build();
    OneRecord udpStep = new OneRecord();
    run(firewall, packets, step, udp, udpStep, WARM_UP);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    run(firewall, packets, step, udp, udpStep, MEASURED);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / MEASURED).as("%d bytes in all", allocated).isZero();
    int rounds = WARM_UP + MEASURED;
    assertThat(step.forwarded).isEqualTo(5 * rounds);
    assertThat(step.dropped).isEqualTo(2 * rounds);
  }

  private static void run(
      Firewall firewall,
      List<Packet> packets,
      OneRecord step,
      Packet udp,
      OneRecord udpStep,
      int rounds) {
    for (int i = 0; i < rounds; i++) {
      for (int p = 0; p < packets.size(); p++) {
        firewall.locate(packets.get(p), KEYS);
        firewall.process(packets.get(p), step);
      }
      firewall.locate(udp, KEYS);
      firewall.process(udp, udpStep);
    }
  }

  /** Keys that nobody reads. */
  private static final class NoKeys implements Keys {
    private final MemorySegment key = Arena.ofAuto().allocate(128);

    @Override
    public void add(StateTable table, MemorySegment k, long offset, int length) {}

    @Override
    public long reserve(int maxBytes) {
      return 0;
    }

    @Override
    public MemorySegment memory() {
      return key;
    }

    @Override
    public void commit(StateTable table, int length) {}
  }

  /** A step over one record that is kept, the same whatever the key. */
  private static final class OneRecord extends PlainStep implements StagedRecord {
    private final MemorySegment value = Arena.ofAuto().allocate(128);
    private final Rewrite rewrite = new Rewrite();
    private int length;
    private int forwarded;
    private int dropped;

    @Override
    public MemorySegment memory() {
      return value;
    }

    @Override
    public long nowNanos() {
      return 1_700_000_000_000_000_000L;
    }

    @Override
    public int attempt() {
      return 0;
    }

    @Override
    public StagedRecord record(int index) {
      return this;
    }

    @Override
    public int records() {
      return 1;
    }

    @Override
    public StagedRecord fetch(StateTable table, MemorySegment k, long offset, int keyLength) {
      return this;
    }

    @Override
    public StagedRecord claim(StateTable table, MemorySegment k, long offset, int keyLength) {
      return this;
    }

    @Override
    public void increment(
        StateTable table, MemorySegment k, long offset, int keyLength, long delta) {}

    @Override
    public void armTimer(StagedRecord record, long delayMillis) {}

    @Override
    public void forward() {
      forwarded++;
    }

    @Override
    public void hairpin() {}

    @Override
    public void drop(DropReason reason) {
      dropped++;
    }

    @Override
    public void defer(DropReason reason) {}

    @Override
    public Rewrite rewrite() {
      return rewrite;
    }

    @Override
    public boolean exists() {
      return length > 0;
    }

    @Override
    public long offset() {
      return 0;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public long write(int newLength) {
      length = newLength;
      return 0;
    }

    @Override
    public void remove() {
      length = 0;
    }
  }
}

package org.statelessnf.benchmarks;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.statelessnf.benchmarks.DpdkForwarding.Run;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** The firewall on {@code caffeine:} with many flows, over a device that has no end of frames. */
final class DpdkFirewall {
  private static final int FLOWS = 100_000;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private DpdkFirewall() {}

  static Run run(PacketPort device, int burst, double seconds) throws InterruptedException {
    try (Traffic traffic = Traffic.udp(FLOWS, FLOWS, 1);
        StateStore store = Stores.open("caffeine:");
        Instance instance =
            new Instance(
                "bench",
                () -> new Firewall(EngineComparison.longLived()),
                store,
                PipeConfig.defaults().withMaxBatch(burst))) {
      Stamped port = new Stamped(device, traffic.packets(), (long) (seconds * 1e9));
      instance.addPipe(PipePorts.of(port, port, CidrSet.PRIVATE::containsSource));
      instance.start();
      instance.awaitEnd();
      if (instance.failure() != null) {
        throw new IllegalStateException(instance.failure());
      }
      return port.figures();
    }
  }

  /**
   * Writes the next frame of the traffic over each received one. Measures from the second time
   * through all flows, by when they are established, until the time is up.
   */
  private static final class Stamped implements PacketPort {
    private final PacketPort device;
    private final Packet[] frames;
    private final long forNanos;
    private long received;
    private long counted;
    private long cpu;
    private long allocated;
    private long began;
    private boolean over;

    Stamped(PacketPort device, Packet[] frames, long forNanos) {
      this.device = device;
      this.frames = frames;
      this.forNanos = forNanos;
    }

    Run figures() {
      return new Run(counted * 1e9 / cpu, (double) allocated / counted);
    }

    @Override
    public String name() {
      return device.name();
    }

    @Override
    public int receive(Packet[] burst, int max) {
      if (over) {
        return 0;
      }
      int count = device.receive(burst, max);
      for (int i = 0; i < count; i++) {
        Packet frame = frames[(int) (received++ % frames.length)];
        MemorySegment.copy(
            frame.memory(), frame.offset(), burst[i].memory(), burst[i].offset(), frame.length());
      }
      measure(count);
      return count;
    }

    private void measure(int count) {
      long now = System.nanoTime();
      if (began == 0) {
        if (received > 2L * frames.length) {
          began = now;
          cpu = THREADS.getCurrentThreadCpuTime();
          allocated = THREADS.getCurrentThreadAllocatedBytes();
        }
        return;
      }
      counted += count;
      if (now - began > forNanos) {
        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
        allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        over = true;
      }
    }

    @Override
    public int transmit(Packet[] burst, int offset, int count) {
      return device.transmit(burst, offset, count);
    }

    @Override
    public @Nullable Packet allocate(int frameBytes) {
      return device.allocate(frameBytes);
    }

    @Override
    public boolean exhausted() {
      return over;
    }

    @Override
    public long clockNanos() {
      return device.clockNanos();
    }

    @Override
    public void close() {}
  }
}

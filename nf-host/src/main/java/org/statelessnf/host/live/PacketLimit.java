package org.statelessnf.host.live;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/** A number of packets that ports share: once they are used up, there is an end to the input. */
final class PacketLimit {
  /** Packets that may yet be asked for: none while a port asks for the last ones. */
  private final AtomicLong left;

  /** Packets that have not come in yet. */
  private final AtomicLong missing;

  PacketLimit(long packets) {
    left = new AtomicLong(packets);
    missing = new AtomicLong(packets);
  }

  PacketPort on(PacketPort port) {
    return new Limited(port);
  }

  private int reserve(int wanted) {
    long seen = left.get();
    while (true) {
      int granted = (int) Math.min(seen, wanted);
      if (left.compareAndSet(seen, seen - granted)) {
        return granted;
      }
      seen = left.get();
    }
  }

  /** A port that hands out no more than its share. */
  private final class Limited implements PacketPort {
    private final PacketPort port;

    Limited(PacketPort port) {
      this.port = port;
    }

    @Override
    public String name() {
      return port.name();
    }

    @Override
    public int receive(Packet[] burst, int max) {
      int granted = reserve(Math.min(max, burst.length));
      int count = granted == 0 ? 0 : port.receive(burst, granted);
      left.addAndGet(granted - count);
      missing.addAndGet(-count);
      return count;
    }

    @Override
    public int transmit(Packet[] burst, int offset, int count) {
      return port.transmit(burst, offset, count);
    }

    @Override
    public @Nullable Packet allocate(int frameBytes) {
      return port.allocate(frameBytes);
    }

    @Override
    public void free(Packet[] burst, int offset, int count) {
      port.free(burst, offset, count);
    }

    @Override
    public boolean exhausted() {
      return missing.get() == 0 || port.exhausted();
    }

    @Override
    public long clockNanos() {
      return port.clockNanos();
    }

    @Override
    public int queues() {
      return port.queues();
    }

    @Override
    public void close() {
      port.close();
    }
  }
}

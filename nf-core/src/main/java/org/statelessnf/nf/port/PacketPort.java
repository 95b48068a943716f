package org.statelessnf.nf.port;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketOwner;

/**
 * A place where packets come from and go to: a capture file, a ring, a network device.
 *
 * <p><b>Threads.</b> At most one thread at a time calls {@link #receive}, and at most one at a time
 * calls {@link #transmit}; they may be two. {@link #free}, {@link #exhausted}, {@link #clockNanos}
 * and {@link #name} may be called from any thread. {@link #close} is called once, after the others.
 *
 * <p><b>Ownership.</b> Packets that {@code receive} returns belong to the caller, who gives each
 * back by {@code transmit} (if accepted) or by {@code free}, to this port or to another one: a port
 * that transmits a foreign packet releases it to its own owner when done.
 *
 * <p>No method blocks, waits or throws for what the network does; an I/O error of a file ends the
 * input and is thrown by {@code close}.
 */
public interface PacketPort extends AutoCloseable {
  /** A short name for reports: a file name, a device. */
  String name();

  /**
   * Hands out packets that have arrived: all there are, up to {@code max}. Equals a loop that takes
   * one packet after the other until there is none; the order is that of arrival.
   *
   * <p>Sets memory, lengths, timestamp (nanoseconds since 1970-01-01T00:00Z), arrival time ({@link
   * System#nanoTime()}, one reading per burst) and link type. Does not parse.
   *
   * @param burst slots 0 to the result - 1 are overwritten
   * @param max at most this many, not more than {@code burst.length}
   * @return how many; 0 if nothing has arrived
   */
  int receive(Packet[] burst, int max);

  /**
   * Sends {@code burst[offset]} to {@code burst[offset + count - 1]}, in that order. Equals a loop
   * that sends one after the other and stops at the first that finds no room.
   *
   * @return how many were accepted: ownership of those has passed to the port, the others stay the
   *     caller's, who tries again or frees them
   */
  int transmit(Packet[] burst, int offset, int count);

  /**
   * Drops packets: their buffers go back to their owners. Packets without an owner are left alone.
   * Any thread.
   */
  default void free(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    for (int i = offset; i < offset + count; i++) {
      Packet packet = burst[i];
      PacketOwner owner = packet.owner();
      if (owner != null) {
        owner.release(packet);
      }
    }
  }

  /** True once {@link #receive} will never again return a packet: end of file, closed ring. */
  boolean exhausted();

  /**
   * The clock that packets of this port live by, in nanoseconds since 1970-01-01T00:00Z. Live ports
   * answer the wall clock; replaying ports the latest timestamp they have handed out, so that
   * timeouts run in the capture's time. Never goes backwards; {@link Long#MIN_VALUE} before the
   * first packet of a replaying port.
   */
  long clockNanos();

  /**
   * Takes one of this port's own buffers for a frame that is made here, to be transmitted by this
   * port. Called by the transmitting thread.
   *
   * @param frameBytes length of the frame to come
   * @return the packet, now the caller's, its frame empty; null if no buffer is free, the frame is
   *     too long, or the port has no buffers
   */
  default @Nullable Packet allocate(int frameBytes) {
    return null;
  }

  /** Number of queues; more than one means that as many pipes may share the device. */
  default int queues() {
    return 1;
  }

  /**
   * Releases everything. Packets of the port's own buffers that are still out must not be touched
   * afterwards; those of a pool that outlives the port stay good.
   */
  @Override
  void close();
}

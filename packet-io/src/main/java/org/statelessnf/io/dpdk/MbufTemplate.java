package org.statelessnf.io.dpdk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Packet;

/**
 * A buffer's header that describes a frame in someone else's memory, to be copied from: DPDK
 * exports no function that allocates a buffer, but one that copies into a new one. For one thread.
 */
final class MbufTemplate {
  private final Arena arena = Arena.ofAuto();
  private final long address = arena.allocate(Mbuf.HEADER_BYTES, 64).address();

  /** A byte, for a buffer whose frame is yet to be written. */
  private final MemorySegment oneByte = arena.allocate(1);

  MbufTemplate() {
    NativeMemory.put16(address + Mbuf.REFERENCES, 1);
    NativeMemory.put16(address + Mbuf.SEGMENTS, 1);
  }

  /** Describes the frame of a packet, which must not be empty. */
  MbufTemplate of(Packet packet) {
    return of(packet.memory().address() + packet.offset(), packet.length());
  }

  /** Describes a frame of one byte. */
  MbufTemplate ofOneByte() {
    return of(oneByte.address(), 1);
  }

  private MbufTemplate of(long frame, int length) {
    NativeMemory.put64(address + Mbuf.BUFFER, frame);
    NativeMemory.put16(address + Mbuf.DATA_LENGTH, length);
    NativeMemory.put16(address + Mbuf.BUFFER_LENGTH, length);
    NativeMemory.put32(address + Mbuf.PACKET_LENGTH, length);
    return this;
  }

  long address() {
    return address;
  }

  int length() {
    return Mbuf.packetLength(address);
  }
}

package org.statelessnf.io.dpdk;

/**
 * DPDK's packet buffer, {@code struct rte_mbuf}, by its address: the same in every interface that
 * {@link DpdkAbi} knows.
 *
 * <pre>
 *     0  u64 address of the buffer      36  u32 bytes of the packet
 *    16  u16 offset of the frame        40  u16 bytes of this segment
 *    18  u16 references                 54  u16 bytes of the buffer
 *    20  u16 segments                   56  u64 address of the pool
 *    22  u16 port                       64  u64 next segment
 *    24  u64 offload flags             128  private to this package: u32 slot + 1, 0 if none yet
 * </pre>
 */
final class Mbuf {
  static final int HEADER_BYTES = 128;

  /** So that what follows it, the buffer, begins on a cache line. */
  static final int PRIVATE_BYTES = 64;

  static final int HEADROOM_BYTES = 128;

  static final long BUFFER = 0;
  static final long DATA_OFFSET = 16;
  static final long REFERENCES = 18;
  static final long SEGMENTS = 20;
  static final long FLAGS = 24;
  static final long PACKET_LENGTH = 36;
  static final long DATA_LENGTH = 40;
  static final long BUFFER_LENGTH = 54;
  static final long POOL = 56;
  static final long NEXT = 64;
  static final long SLOT = HEADER_BYTES;

  private Mbuf() {}

  /** Address of the frame's first byte. */
  static long frame(long mbuf) {
    return NativeMemory.i64(mbuf + BUFFER) + NativeMemory.u16(mbuf + DATA_OFFSET);
  }

  static int dataLength(long mbuf) {
    return NativeMemory.u16(mbuf + DATA_LENGTH);
  }

  static int packetLength(long mbuf) {
    return NativeMemory.i32(mbuf + PACKET_LENGTH);
  }

  static int segments(long mbuf) {
    return NativeMemory.u16(mbuf + SEGMENTS);
  }

  static long pool(long mbuf) {
    return NativeMemory.i64(mbuf + POOL);
  }

  /** The slot in the pool's array of handles, -1 if none was given yet. */
  static int slot(long mbuf) {
    return NativeMemory.i32(mbuf + SLOT) - 1;
  }

  static void slot(long mbuf, int slot) {
    NativeMemory.put32(mbuf + SLOT, slot + 1);
  }

  /** Says where the frame is after it was moved, cut or grown. One segment. */
  static void frame(long mbuf, long start, int length) {
    NativeMemory.put16(mbuf + DATA_OFFSET, (int) (start - NativeMemory.i64(mbuf + BUFFER)));
    NativeMemory.put16(mbuf + DATA_LENGTH, length);
    NativeMemory.put32(mbuf + PACKET_LENGTH, length);
  }
}

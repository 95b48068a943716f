package org.statelessnf.nf.reassembly;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/**
 * Makes copies of the same bytes alike, as the policy says. One object per pipe; allocates nothing
 * after construction.
 */
final class Overlaps {
  private final OverlapPolicy policy;
  private final Packet frame = new Packet();

  Overlaps(OverlapPolicy policy) {
    this.policy = policy;
  }

  /** Payload bytes that two ranges of sequence numbers share begin here. */
  static int begin(int one, int other) {
    return one - other >= 0 ? one : other;
  }

  /** And end here; not behind {@link #begin} if they share none. */
  static int end(int one, int other) {
    return one - other <= 0 ? one : other;
  }

  /** Whether held segment and packet carry some byte both, and differently. */
  static boolean differ(MemorySegment held, long entry, Packet p, int sequence) {
    int first = HeldSegments.sequence(held, entry);
    int from = begin(first, sequence);
    int to = end(HeldSegments.payloadEnd(held, entry), sequence + p.payloadLength());
    if (to - from <= 0) {
      return false;
    }
    long a = payload(held, entry) + (from - first);
    long b = p.payloadStart() + (from - sequence);
    int length = to - from;
    return MemorySegment.mismatch(held, a, a + length, p.memory(), b, b + length) >= 0;
  }

  /** Whether the held one counts. */
  boolean favoursHeld(MemorySegment held, long entry, Packet p, int sequence) {
    return policy.favoursEarlier(
        HeldSegments.sequence(held, entry),
        HeldSegments.payloadEnd(held, entry),
        sequence,
        sequence + p.payloadLength());
  }

  /** Overwrites what a frame shares with a packet by the packet's bytes. */
  static void overwrite(
      MemorySegment to, long payload, int first, int end, Packet p, int sequence) {
    int from = begin(first, sequence);
    int upTo = end(end, sequence + p.payloadLength());
    MemorySegment.copy(
        p.memory(),
        p.payloadStart() + (from - sequence),
        to,
        payload + (from - first),
        upTo - from);
  }

  /** Overwrites what a packet's copy shares with a held segment by the held bytes. */
  static void overwriteByHeld(
      MemorySegment held, long entry, MemorySegment to, long payload, int sequence, int end) {
    int first = HeldSegments.sequence(held, entry);
    int from = begin(first, sequence);
    int upTo = end(HeldSegments.payloadEnd(held, entry), end);
    MemorySegment.copy(
        held, payload(held, entry) + (from - first), to, payload + (from - sequence), upTo - from);
  }

  /** Where a held segment's payload begins. */
  static long payload(MemorySegment held, long entry) {
    return HeldSegments.frame(entry) + HeldSegments.payloadOffset(held, entry);
  }

  /** Makes a frame's checksum right again. */
  void fix(MemorySegment memory, long at, int length, int linkType) {
    frame.linkType(linkType);
    frame.wrap(memory, at, length, length, 0);
    PacketParser.parse(frame);
    Checksum.fixTransport(frame);
  }
}

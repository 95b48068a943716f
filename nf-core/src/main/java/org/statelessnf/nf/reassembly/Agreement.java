package org.statelessnf.nf.reassembly;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.Packet;

/**
 * Makes a segment and those that wait agree about the bytes that they share, as the policy says,
 * before any of them leaves. One object per pipe; allocates nothing after construction.
 */
final class Agreement {
  private static final int MAX_FRAME = 1 << 16;

  private final Overlaps overlaps;
  private final MemorySegment edited = Arena.ofAuto().allocate(MAX_FRAME, Long.BYTES);
  private final MemorySegment emitted = Arena.ofAuto().allocate(MAX_FRAME, Long.BYTES);

  Agreement(OverlapPolicy policy) {
    this.overlaps = new Overlaps(policy);
  }

  /**
   * Forwards a packet in order; or a copy of it, with the bytes that held segments say.
   *
   * @param next sequence number up to which all was delivered before
   * @return whether copies of a byte differed
   */
  boolean forward(Packet p, Step step, StagedRecord waiting, int sequence, int next) {
    MemorySegment m = waiting.memory();
    long at = waiting.offset();
    boolean differs = false;
    boolean changed = false;
    long entry = at + HeldSegments.HEADER;
    for (int i = HeldSegments.count(m, at); i > 0; i--) {
      if (HeldSegments.end(m, entry) - next > 0 && Overlaps.differ(m, entry, p, sequence)) {
        differs = true;
        if (overlaps.favoursHeld(m, entry, p, sequence)) {
          if (!changed) {
            MemorySegment.copy(p.memory(), p.offset(), edited, 0, p.length());
            changed = true;
          }
          int end = sequence + p.payloadLength();
          Overlaps.overwriteByHeld(m, entry, edited, p.payloadOffset(), sequence, end);
        }
      }
      entry = HeldSegments.next(m, entry);
    }
    if (changed) {
      overlaps.fix(edited, 0, p.length(), p.linkType());
      step.hold();
      step.emit(edited, 0, p.length(), p.fromInside());
    } else {
      step.forward();
    }
    return differs;
  }

  /** Emits a held segment, with the bytes that the packet says where its copy counts. */
  void emit(Packet p, Step step, StagedRecord waiting, long distance, int sequence) {
    MemorySegment m = waiting.memory();
    long entry = waiting.offset() + distance;
    int length = HeldSegments.frameLength(m, entry);
    if (Overlaps.differ(m, entry, p, sequence) && !overlaps.favoursHeld(m, entry, p, sequence)) {
      MemorySegment.copy(m, HeldSegments.frame(entry), emitted, 0, length);
      Overlaps.overwrite(
          emitted,
          HeldSegments.payloadOffset(m, entry),
          HeldSegments.sequence(m, entry),
          HeldSegments.payloadEnd(m, entry),
          p,
          sequence);
      overlaps.fix(emitted, 0, length, p.linkType());
      step.emit(emitted, 0, length, p.fromInside());
    } else {
      step.emit(m, HeldSegments.frame(entry), length, p.fromInside());
    }
  }

  /**
   * Makes a new segment and those that wait alike.
   *
   * @param added where the new one was put, not yet counted
   * @return whether copies of a byte differed
   */
  boolean insert(Packet p, MemorySegment m, long at, long added, int sequence) {
    int end = sequence + p.payloadLength();
    boolean differs = false;
    boolean changed = false;
    long entry = at + HeldSegments.HEADER;
    for (int i = HeldSegments.count(m, at); i > 0; i--) {
      if (Overlaps.differ(m, entry, p, sequence)) {
        differs = true;
        if (overlaps.favoursHeld(m, entry, p, sequence)) {
          Overlaps.overwriteByHeld(m, entry, m, Overlaps.payload(m, added), sequence, end);
          changed = true;
        } else {
          Overlaps.overwrite(
              m,
              Overlaps.payload(m, entry),
              HeldSegments.sequence(m, entry),
              HeldSegments.payloadEnd(m, entry),
              p,
              sequence);
          int length = HeldSegments.frameLength(m, entry);
          overlaps.fix(m, HeldSegments.frame(entry), length, p.linkType());
        }
      }
      entry = HeldSegments.next(m, entry);
    }
    if (changed) {
      overlaps.fix(m, HeldSegments.frame(added), p.length(), p.linkType());
    }
    return differs;
  }
}

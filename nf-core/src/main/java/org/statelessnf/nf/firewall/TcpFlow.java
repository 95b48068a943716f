package org.statelessnf.nf.firewall;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * A TCP connection's record, unpacked: read from the store, changed by {@link TcpTracker}, and
 * packed again if it has changed. Reused for every packet. Layout: {@link FlowRecord}.
 */
final class TcpFlow {
  private static final int OPENER_ACK = 16;
  private static final int RESPONDER_ACK = 20;
  private static final int LAST_END = 24;
  private static final int OPENER_MARKS = 28;
  private static final int RESPONDER_MARKS = 29;
  private static final int LAST_KIND = 30;
  private static final int SYN_OPTIONS = 31;
  private static final int LAST_SEQUENCE = 32;
  private static final int LAST_ACK = 36;
  private static final int LAST_WINDOW = 40;
  private static final int REPEATED = 42;
  private static final int OPENER_WINDOW = 44;
  private static final int OPENER_SCALE = 56;
  private static final int RESPONDER_SCALE = 57;
  private static final int RESPONDER_WINDOW = 60;
  private static final int FROM_OPENER = 0x10;
  private static final int SCALE_BITS = 0x0f;
  private static final int MARKS_SHIFT = 4;

  private final TcpPeer opener = new TcpPeer();
  private final TcpPeer responder = new TcpPeer();
  private boolean changed;
  private boolean tracked;
  private int createdMillis;

  int state;
  int flags;
  long lastUseNanos;

  /** Kind of the remembered segment; {@link TcpSegment#NONE} if none is. */
  int lastKind;

  boolean lastFromOpener;

  /** End of the remembered segment. */
  int lastEnd;

  /** Options of a SYN that was not believed: scale and marks, as {@link TcpPeer} has them. */
  int synScale;

  int synMarks;

  /** Sequence number of the last ACK segment. */
  int lastSequence;

  int lastAck;
  int lastWindow;

  /** How often in a row the last ACK segment was repeated. */
  int repeated;

  /** A connection that nothing is known of yet. */
  void clear(boolean windows, boolean openerFirst, long nowNanos) {
    changed = true;
    tracked = windows;
    createdMillis = (int) Math.floorDiv(nowNanos, 1_000_000L);
    state = 0;
    flags = openerFirst ? FlowRecord.OPENER_FIRST : 0;
    lastUseNanos = nowNanos;
    lastKind = TcpSegment.NONE;
    lastFromOpener = false;
    lastEnd = 0;
    synScale = 0;
    synMarks = 0;
    lastSequence = 0;
    lastAck = 0;
    lastWindow = 0;
    repeated = 0;
    opener.clear();
    responder.clear();
  }

  /**
   * Unpacks a record.
   *
   * @param windows whether windows are wanted; a record without them stays without
   * @return false if it is not a connection's record that this version knows
   */
  boolean load(MemorySegment memory, long offset, int length, boolean windows) {
    changed = false;
    if (length < FlowRecord.TCP_LENGTH) {
      return false;
    }
    // By words: each access to off-heap memory is checked, so few wide ones beat many narrow ones.
    long head = Wire.i64(memory, offset);
    state = (int) (head >>> 48) & 0xff;
    if (head >>> 56 != FlowRecord.TCP || !FlowRecord.isState(state)) {
      return false;
    }
    flags = (int) (head >>> 32) & 0xffff;
    createdMillis = (int) head;
    lastUseNanos = FlowRecord.lastUseNanos(memory, offset);
    long acks = Wire.i64(memory, offset + OPENER_ACK);
    opener.maxAck = (int) (acks >>> 32);
    responder.maxAck = (int) acks;
    long last = Wire.i64(memory, offset + LAST_END);
    lastEnd = (int) (last >>> 32);
    opener.marks = (int) (last >>> 24) & 0xff;
    responder.marks = (int) (last >>> 16) & 0xff;
    lastKind = (int) (last >>> 8) & (FROM_OPENER - 1);
    lastFromOpener = (last >>> 8 & FROM_OPENER) != 0;
    synScale = (int) last & SCALE_BITS;
    synMarks = (int) (last & 0xff) >>> MARKS_SHIFT;
    tracked = windows && length >= FlowRecord.STRICT_TCP_LENGTH;
    if (tracked) {
      lastSequence = Wire.i32(memory, offset + LAST_SEQUENCE);
      lastAck = Wire.i32(memory, offset + LAST_ACK);
      lastWindow = Wire.u16(memory, offset + LAST_WINDOW);
      repeated = Wire.u8(memory, offset + REPEATED);
      opener.scale = Wire.u8(memory, offset + OPENER_SCALE);
      responder.scale = Wire.u8(memory, offset + RESPONDER_SCALE);
      loadWindow(opener, memory, offset + OPENER_WINDOW);
      loadWindow(responder, memory, offset + RESPONDER_WINDOW);
    }
    return true;
  }

  /** Bytes that {@link #store} writes. */
  int length() {
    return tracked ? FlowRecord.STRICT_TCP_LENGTH : FlowRecord.TCP_LENGTH;
  }

  /** Packs the record, all of its {@link #length()} bytes. */
  void store(MemorySegment memory, long offset) {
    FlowRecord.write(memory, offset, FlowRecord.TCP, state, flags, createdMillis, lastUseNanos);
    Wire.put32(memory, offset + OPENER_ACK, opener.maxAck);
    Wire.put32(memory, offset + RESPONDER_ACK, responder.maxAck);
    Wire.put32(memory, offset + LAST_END, lastEnd);
    Wire.put8(memory, offset + OPENER_MARKS, opener.marks);
    Wire.put8(memory, offset + RESPONDER_MARKS, responder.marks);
    Wire.put8(memory, offset + LAST_KIND, lastKind | (lastFromOpener ? FROM_OPENER : 0));
    Wire.put8(memory, offset + SYN_OPTIONS, synScale | synMarks << MARKS_SHIFT);
    if (tracked) {
      Wire.put32(memory, offset + LAST_SEQUENCE, lastSequence);
      Wire.put32(memory, offset + LAST_ACK, lastAck);
      Wire.put16(memory, offset + LAST_WINDOW, lastWindow);
      Wire.put16(memory, offset + REPEATED, repeated << 8);
      Wire.put32(memory, offset + OPENER_SCALE, opener.scale << 24 | responder.scale << 16);
      storeWindow(opener, memory, offset + OPENER_WINDOW);
      storeWindow(responder, memory, offset + RESPONDER_WINDOW);
    }
  }

  /** Whether the record is to be written. */
  boolean changed() {
    return changed;
  }

  void markChanged() {
    changed = true;
  }

  /** Whether sequence windows are known. */
  boolean tracked() {
    return tracked;
  }

  TcpPeer peer(boolean wantOpener) {
    return wantOpener ? opener : responder;
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  void set(int flag) {
    flags(flags | flag);
  }

  void unset(int flag) {
    flags(flags & ~flag);
  }

  void moveTo(int newState) {
    changed |= state != newState;
    state = newState;
  }

  /** Remembers what kind of segment came last. */
  void last(int kind, boolean fromOpener) {
    changed |= lastKind != kind || lastFromOpener != fromOpener;
    lastKind = kind;
    lastFromOpener = fromOpener;
  }

  /** Established, with the handshake seen. */
  boolean isEstablished() {
    return state == TcpState.ESTABLISHED && is(FlowRecord.ASSURED);
  }

  private void flags(int newFlags) {
    changed |= flags != newFlags;
    flags = newFlags;
  }

  private static void loadWindow(TcpPeer peer, MemorySegment memory, long at) {
    peer.end = Wire.i32(memory, at);
    peer.limit = Wire.i32(memory, at + 4);
    peer.maxWindow = Wire.i32(memory, at + 8);
  }

  private static void storeWindow(TcpPeer peer, MemorySegment memory, long at) {
    Wire.put32(memory, at, peer.end);
    Wire.put32(memory, at + 4, peer.limit);
    Wire.put32(memory, at + 8, peer.maxWindow);
  }
}

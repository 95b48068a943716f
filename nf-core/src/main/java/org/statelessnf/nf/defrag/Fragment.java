package org.statelessnf.nf.defrag;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Extension;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.Wire;

/** What a fragment is of its datagram. One object per pipe; refers to the packet it was set to. */
final class Fragment {
  private static final int FRAGMENT_HEADER = 8;
  private static final int CONGESTION = 3;

  private Packet packet = new Packet();
  private long data;
  private int length;
  private int headers;

  /**
   * Looks at a fragment.
   *
   * @return whether it can be part of a datagram: sound, complete, and a multiple of 8 bytes unless
   *     it is the last one
   */
  boolean set(Packet p) {
    if (!isSound(p)) {
      return false;
    }
    packet = p;
    MemorySegment m = p.memory();
    boolean v4 = p.ipVersion() == 4;
    int declared =
        v4
            ? Ipv4Header.totalLength(m, p.l3Start())
            : Ipv6Header.LENGTH + Ipv6Header.payloadLength(m, p.l3Start());
    int begin = v4 ? p.l3Offset() + p.l3HeaderLength() : p.fragmentHeaderOffset() + FRAGMENT_HEADER;
    data = p.offset() + begin;
    length = p.l3Offset() + declared - begin;
    headers = p.fragmentOffset() != 0 ? 0 : v4 ? begin : begin - FRAGMENT_HEADER;
    return p.l3TotalLength() == declared && length > 0 && !(p.moreFragments() && length % 8 != 0);
  }

  /**
   * Whether the headers of a fragment can be relied on. IPv4 may split the transport header between
   * fragments: the attacks by that (RFC 1858, RFC 3128) are on filters that judge fragments one by
   * one, and those behind see the whole. IPv6 may not (RFC 7112, RFC 8200 section 4.5).
   */
  static boolean isSound(Packet p) {
    return p.parseStatus() == ParseStatus.OK
        || (p.parseStatus() == ParseStatus.TINY_FRAGMENT && p.ipVersion() == 4);
  }

  int offset() {
    return packet.fragmentOffset();
  }

  int end() {
    return packet.fragmentOffset() + length;
  }

  boolean isLast() {
    return !packet.moreFragments();
  }

  /** Bytes that it takes in the record. */
  int bytes() {
    return Datagram.ENTRY + headers + length;
  }

  boolean metCongestion() {
    MemorySegment m = packet.memory();
    int trafficClass =
        packet.ipVersion() == 4
            ? Ipv4Header.trafficClass(m, packet.l3Start())
            : Ipv6Header.trafficClass(m, packet.l3Start());
    return (trafficClass & CONGESTION) == CONGESTION;
  }

  /** Whether it has range and bytes of one that is there. */
  boolean isSame(MemorySegment m, long entry) {
    long there = Datagram.data(m, entry);
    return Datagram.offset(m, entry) == offset()
        && Datagram.length(m, entry) == length
        && MemorySegment.mismatch(m, there, there + length, packet.memory(), data, data + length)
            < 0;
  }

  boolean overlaps(MemorySegment m, long entry) {
    int from = Datagram.offset(m, entry);
    return from < end() && offset() < from + Datagram.length(m, entry);
  }

  /** Writes it behind those that are there, in {@link #bytes}. */
  void append(MemorySegment m, long at, long entry) {
    Datagram.put(m, at, entry, offset(), length, headers);
    MemorySegment.copy(packet.memory(), data, m, Datagram.data(m, entry), length);
    if (headers > 0) {
      MemorySegment.copy(packet.memory(), packet.offset(), m, entry + Datagram.ENTRY, headers);
      Datagram.l3Offset(m, at, packet.l3Offset());
      Datagram.set(m, at, Datagram.FIRST);
      if (packet.ipVersion() != 4) {
        unlink(m, entry + Datagram.ENTRY);
      }
    }
    if (isLast()) {
      Datagram.total(m, at, end());
      Datagram.set(m, at, Datagram.LAST);
    }
    if (metCongestion()) {
      Datagram.set(m, at, Datagram.CONGESTION);
    }
  }

  /** Has the header before the fragment header say what the fragment header says follows. */
  private void unlink(MemorySegment m, long copy) {
    long l3 = copy + packet.l3Offset();
    long end = copy + packet.fragmentHeaderOffset();
    long field = l3 + Ipv6Header.NEXT_HEADER_OFFSET;
    long header = l3 + Ipv6Header.LENGTH;
    while (header < end) {
      int length = Ipv6Extension.length(m, header, Wire.u8(m, field));
      field = header + Ipv6Extension.NEXT_HEADER_OFFSET;
      header += length;
    }
    int follows =
        Ipv6Extension.nextHeader(packet.memory(), packet.offset() + packet.fragmentHeaderOffset());
    Wire.put8(m, field, follows);
  }
}

package org.statelessnf.io.pcap;

import static org.statelessnf.io.pcap.PcapDescriptor.CAPTURED_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.FILE_HEADER_BYTES;
import static org.statelessnf.io.pcap.PcapDescriptor.FRACTION_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.LINK_TYPE_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.RECORD_HEADER_BYTES;
import static org.statelessnf.io.pcap.PcapDescriptor.SECONDS_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.SNAP_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.VERSION_MAJOR_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.VERSION_MINOR_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.WIRE_LENGTH_OFFSET;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Writes pcap, little-endian, as {@link PcapDescriptor} draws it. */
final class PcapEncoder implements CaptureEncoder {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Seconds are unsigned 32 bits: up to the year 2106. */
  private static final long MAX_SECONDS = 0xFFFF_FFFFL;

  private final RecordOutput output;
  private final long nanosPerFraction;
  private final int linkType;

  PcapEncoder(RecordOutput output, boolean nanoseconds, int linkType) throws IOException {
    this.output = output;
    this.nanosPerFraction = nanoseconds ? 1 : 1_000;
    this.linkType = linkType;
    long at = output.reserve(FILE_HEADER_BYTES);
    MemorySegment buffer = output.buffer();
    buffer.asSlice(at, FILE_HEADER_BYTES).fill((byte) 0);
    buffer.set(INT, at, nanoseconds ? PcapDescriptor.MAGIC_NANOS : PcapDescriptor.MAGIC_MICROS);
    buffer.set(SHORT, at + VERSION_MAJOR_OFFSET, (short) PcapDescriptor.VERSION_MAJOR);
    buffer.set(SHORT, at + VERSION_MINOR_OFFSET, (short) PcapDescriptor.VERSION_MINOR);
    buffer.set(INT, at + SNAP_LENGTH_OFFSET, CaptureReader.MAX_FRAME_BYTES);
    buffer.set(INT, at + LINK_TYPE_OFFSET, linkType);
    output.commit(FILE_HEADER_BYTES);
  }

  @Override
  public void write(
      MemorySegment memory,
      long offset,
      int length,
      int wireLength,
      long timestampNanos,
      int frameLinkType)
      throws IOException {
    if (frameLinkType != linkType) {
      throw new IOException(
          output.name()
              + ": pcap holds one link type, "
              + LinkTypes.describe(linkType)
              + ", and here is a frame of "
              + LinkTypes.describe(frameLinkType)
              + "; write pcapng (name it *.pcapng)");
    }
    long nanos = Math.max(0, timestampNanos);
    long seconds = Math.min(nanos / NANOS_PER_SECOND, MAX_SECONDS);
    long fraction = nanos % NANOS_PER_SECOND / nanosPerFraction;
    long at = output.reserve(RECORD_HEADER_BYTES + length);
    MemorySegment buffer = output.buffer();
    buffer.set(INT, at + SECONDS_OFFSET, (int) seconds);
    buffer.set(INT, at + FRACTION_OFFSET, (int) fraction);
    buffer.set(INT, at + CAPTURED_LENGTH_OFFSET, length);
    buffer.set(INT, at + WIRE_LENGTH_OFFSET, wireLength);
    MemorySegment.copy(memory, offset, buffer, at + RECORD_HEADER_BYTES, length);
    output.commit(RECORD_HEADER_BYTES + length);
  }
}

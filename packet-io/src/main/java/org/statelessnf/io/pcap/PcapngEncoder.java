package org.statelessnf.io.pcap;

import static org.statelessnf.io.pcap.PcapngDescriptor.BYTE_ORDER_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.CAPTURED_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.FRAME_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.INTERFACE_ID_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.INTERFACE_OPTIONS_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.LINK_TYPE_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.OPTION_HEADER_BYTES;
import static org.statelessnf.io.pcap.PcapngDescriptor.OPTION_TIME_RESOLUTION;
import static org.statelessnf.io.pcap.PcapngDescriptor.SECTION_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.SECTION_OPTIONS_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.SNAP_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.TIME_HIGH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.TIME_LOW_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.TOTAL_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.TRAILER_BYTES;
import static org.statelessnf.io.pcap.PcapngDescriptor.TYPE_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.VERSION_MAJOR_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.VERSION_MINOR_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.WIRE_LENGTH_OFFSET;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes pcapng, little-endian, as {@link PcapngDescriptor} draws it: one section, time stamps in
 * nanoseconds, and one interface for each link type, described when its first frame arrives.
 */
final class PcapngEncoder implements CaptureEncoder {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final byte NANOSECONDS = 9;
  private static final int RESOLUTION_OPTION_BYTES = OPTION_HEADER_BYTES + 4;
  private static final int SECTION_BYTES = SECTION_OPTIONS_OFFSET + TRAILER_BYTES;
  private static final int INTERFACE_BYTES =
      INTERFACE_OPTIONS_OFFSET + RESOLUTION_OPTION_BYTES + OPTION_HEADER_BYTES + TRAILER_BYTES;

  private final RecordOutput output;

  /** Link type of each interface described so far. */
  private int[] interfaces = new int[0];

  /** The interface of {@code linkType} is described at once, so that an empty file has one. */
  PcapngEncoder(RecordOutput output, int linkType) throws IOException {
    this.output = output;
    long at = beginBlock(PcapngDescriptor.SECTION_HEADER, SECTION_BYTES);
    MemorySegment buffer = output.buffer();
    buffer.set(INT, at + BYTE_ORDER_OFFSET, PcapngDescriptor.BYTE_ORDER_MAGIC);
    buffer.set(SHORT, at + VERSION_MAJOR_OFFSET, (short) PcapngDescriptor.VERSION_MAJOR);
    buffer.set(SHORT, at + VERSION_MINOR_OFFSET, (short) PcapngDescriptor.VERSION_MINOR);
    buffer.set(LONG, at + SECTION_LENGTH_OFFSET, -1);
    output.commit(SECTION_BYTES);
    describeInterface(linkType);
  }

  @Override
  public void write(
      MemorySegment memory,
      long offset,
      int length,
      int wireLength,
      long timestampNanos,
      int linkType)
      throws IOException {
    int id = interfaceOf(linkType);
    long nanos = Math.max(0, timestampNanos);
    int paddedLength = PcapngDescriptor.padded(length);
    int blockLength = FRAME_OFFSET + paddedLength + TRAILER_BYTES;
    long at = beginBlock(PcapngDescriptor.ENHANCED_PACKET, blockLength);
    MemorySegment buffer = output.buffer();
    buffer.set(INT, at + INTERFACE_ID_OFFSET, id);
    buffer.set(INT, at + TIME_HIGH_OFFSET, (int) (nanos >>> Integer.SIZE));
    buffer.set(INT, at + TIME_LOW_OFFSET, (int) nanos);
    buffer.set(INT, at + CAPTURED_LENGTH_OFFSET, length);
    buffer.set(INT, at + WIRE_LENGTH_OFFSET, wireLength);
    MemorySegment.copy(memory, offset, buffer, at + FRAME_OFFSET, length);
    for (int i = length; i < paddedLength; i++) {
      buffer.set(ValueLayout.JAVA_BYTE, at + FRAME_OFFSET + i, (byte) 0);
    }
    output.commit(blockLength);
  }

  private int interfaceOf(int linkType) throws IOException {
    for (int id = 0; id < interfaces.length; id++) {
      if (interfaces[id] == linkType) {
        return id;
      }
    }
    return describeInterface(linkType);
  }

  private int describeInterface(int linkType) throws IOException {
    long at = beginBlock(PcapngDescriptor.INTERFACE_DESCRIPTION, INTERFACE_BYTES);
    MemorySegment buffer = output.buffer();
    long option = at + INTERFACE_OPTIONS_OFFSET;
    buffer.set(INT, at + LINK_TYPE_OFFSET, linkType);
    buffer.set(INT, at + SNAP_LENGTH_OFFSET, CaptureReader.MAX_FRAME_BYTES);
    buffer.set(SHORT, option, (short) OPTION_TIME_RESOLUTION);
    buffer.set(SHORT, option + Short.BYTES, (short) 1);
    buffer.set(INT, option + OPTION_HEADER_BYTES, NANOSECONDS);
    buffer.set(INT, option + RESOLUTION_OPTION_BYTES, PcapngDescriptor.OPTION_END);
    output.commit(INTERFACE_BYTES);
    int id = interfaces.length;
    interfaces = Arrays.copyOf(interfaces, id + 1);
    interfaces[id] = linkType;
    return id;
  }

  /** Reserves a block and writes its type and both lengths. */
  private long beginBlock(int type, int length) throws IOException {
    long at = output.reserve(length);
    MemorySegment buffer = output.buffer();
    buffer.set(INT, at + TYPE_OFFSET, type);
    buffer.set(INT, at + TOTAL_LENGTH_OFFSET, length);
    buffer.set(INT, at + length - TRAILER_BYTES, length);
    return at;
  }
}

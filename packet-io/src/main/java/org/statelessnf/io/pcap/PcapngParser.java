package org.statelessnf.io.pcap;

import static org.statelessnf.io.pcap.PcapngDescriptor.BYTE_ORDER_MAGIC;
import static org.statelessnf.io.pcap.PcapngDescriptor.BYTE_ORDER_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.CAPTURED_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.ENHANCED_PACKET;
import static org.statelessnf.io.pcap.PcapngDescriptor.FRAME_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.INTERFACE_DESCRIPTION;
import static org.statelessnf.io.pcap.PcapngDescriptor.INTERFACE_ID_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.INTERFACE_OPTIONS_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.MIN_BLOCK_BYTES;
import static org.statelessnf.io.pcap.PcapngDescriptor.OBSOLETE_PACKET;
import static org.statelessnf.io.pcap.PcapngDescriptor.SECTION_HEADER;
import static org.statelessnf.io.pcap.PcapngDescriptor.SECTION_OPTIONS_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.SIMPLE_FRAME_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.SIMPLE_PACKET;
import static org.statelessnf.io.pcap.PcapngDescriptor.SIMPLE_WIRE_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.TIME_HIGH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.TIME_LOW_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.TOTAL_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.TRAILER_BYTES;
import static org.statelessnf.io.pcap.PcapngDescriptor.TYPE_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.VERSION_MAJOR;
import static org.statelessnf.io.pcap.PcapngDescriptor.VERSION_MAJOR_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.VERSION_MINOR;
import static org.statelessnf.io.pcap.PcapngDescriptor.VERSION_MINOR_MISNUMBERED;
import static org.statelessnf.io.pcap.PcapngDescriptor.VERSION_MINOR_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.WIRE_LENGTH_OFFSET;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.LinkType;

/**
 * Reads the blocks of a pcapng file; the layout is {@link PcapngDescriptor}'s.
 *
 * <p>Section headers, interfaces and the three packet blocks are looked at; every other block is
 * skipped, however long. A section starts with no interfaces and with its own byte order. An
 * interface of an unsupported link type does no harm until a packet arrives on it, the file's first
 * interface excepted.
 */
final class PcapngParser extends CaptureParser {
  /** Interfaces of one section that are remembered: the range of the obsolete block's id. */
  private static final int MAX_INTERFACES = 1 << 16;

  /** What {@link #nextBlock} met. */
  private enum Block {
    INTERFACE,
    FRAME,
    OTHER,
    END
  }

  private final List<PcapngInterface> interfaces = new ArrayList<>();
  private @Nullable PcapngInterface first;
  private long latestNanos;

  /** Reads up to the first interface, so that the link type is known. */
  PcapngParser(CaptureWindow window) throws IOException {
    super(window);
    if (!window.ensure(SECTION_OPTIONS_OFFSET)) {
      throw new CaptureFormatException(
          window.name(), "pcapng section header is cut short: " + window.available() + " bytes");
    }
    CapturedFrame none = new CapturedFrame();
    Block block;
    do {
      block = nextBlock(none);
    } while (block == Block.OTHER);
  }

  @Override
  boolean read(CapturedFrame frame) throws IOException {
    while (true) {
      switch (nextBlock(frame)) {
        case FRAME -> {
          return true;
        }
        case END -> {
          return false;
        }
        case INTERFACE, OTHER -> {}
      }
    }
  }

  /** Reads one block and moves past it; sets {@code frame} if it holds one. */
  private Block nextBlock(CapturedFrame frame) throws IOException {
    beginRecord();
    if (!window.ensure(MIN_BLOCK_BYTES)) {
      end(window.available() == 0);
      return Block.END;
    }
    int type = window.i32(TYPE_OFFSET);
    if (type == SECTION_HEADER) {
      readByteOrder();
    }
    long length = window.u32(TOTAL_LENGTH_OFFSET);
    if (length < MIN_BLOCK_BYTES || length % 4 != 0) {
      throw malformed("block length " + length + " is not a multiple of 4 from 12 on");
    }
    return switch (type) {
      case SECTION_HEADER, INTERFACE_DESCRIPTION, ENHANCED_PACKET, SIMPLE_PACKET, OBSOLETE_PACKET ->
          readKnown(type, length, frame);
      default -> skipUnknown(length);
    };
  }

  private Block readKnown(int type, long blockLength, CapturedFrame frame) throws IOException {
    if (blockLength > CaptureWindow.CAPACITY) {
      throw malformed("block length " + blockLength + " exceeds " + CaptureWindow.CAPACITY);
    }
    int length = (int) blockLength;
    if (!window.ensure(length)) {
      end(false);
      return Block.END;
    }
    checkTrailer(window.u32(length - TRAILER_BYTES), blockLength);
    Block block =
        switch (type) {
          case SECTION_HEADER -> readSection(length);
          case INTERFACE_DESCRIPTION -> readInterface(length);
          case SIMPLE_PACKET -> readSimplePacket(length, frame);
          default -> readPacket(type, length, frame);
        };
    window.advance(length);
    return block;
  }

  private Block skipUnknown(long length) throws IOException {
    if (!window.skip(length - TRAILER_BYTES) || !window.ensure(TRAILER_BYTES)) {
      end(false);
      return Block.END;
    }
    checkTrailer(window.u32(0), length);
    window.advance(TRAILER_BYTES);
    return Block.OTHER;
  }

  private void checkTrailer(long trailer, long length) throws CaptureFormatException {
    if (trailer != length) {
      throw malformed("block lengths differ: " + length + " in front, " + trailer + " behind");
    }
  }

  private void readByteOrder() throws CaptureFormatException {
    window.bigEndian(false);
    int magic = window.i32(BYTE_ORDER_OFFSET);
    if (magic == Integer.reverseBytes(BYTE_ORDER_MAGIC)) {
      window.bigEndian(true);
    } else if (magic != BYTE_ORDER_MAGIC) {
      throw malformed(String.format("section header without byte-order magic: 0x%08x", magic));
    }
  }

  private Block readSection(int length) throws CaptureFormatException {
    requireLength(length, SECTION_OPTIONS_OFFSET + TRAILER_BYTES, "section header");
    int major = window.u16(VERSION_MAJOR_OFFSET);
    int minor = window.u16(VERSION_MINOR_OFFSET);
    if (major != VERSION_MAJOR || (minor != VERSION_MINOR && minor != VERSION_MINOR_MISNUMBERED)) {
      throw malformed("pcapng version " + major + "." + minor + " is not supported (1.0 is)");
    }
    interfaces.clear();
    return Block.OTHER;
  }

  private Block readInterface(int length) throws CaptureFormatException {
    requireLength(length, INTERFACE_OPTIONS_OFFSET + TRAILER_BYTES, "interface description");
    if (interfaces.size() == MAX_INTERFACES) {
      throw malformed("more than " + MAX_INTERFACES + " interfaces in a section");
    }
    PcapngInterface read = PcapngInterface.read(this, length - TRAILER_BYTES);
    if (first == null) {
      first = read;
      if (!read.supported()) {
        throw new CaptureFormatException(window.name(), LinkTypes.refusal(read.fileLinkType()));
      }
    }
    interfaces.add(read);
    return Block.INTERFACE;
  }

  private Block readPacket(int type, int length, CapturedFrame frame)
      throws CaptureFormatException {
    requireLength(length, FRAME_OFFSET + TRAILER_BYTES, "packet block");
    long id =
        type == ENHANCED_PACKET ? window.u32(INTERFACE_ID_OFFSET) : window.u16(INTERFACE_ID_OFFSET);
    PcapngInterface source = usableInterface(id);
    long captured = window.u32(CAPTURED_LENGTH_OFFSET);
    checkCaptured(captured, length - FRAME_OFFSET - TRAILER_BYTES);
    long ticks = window.u32(TIME_HIGH_OFFSET) << 32 | window.u32(TIME_LOW_OFFSET);
    long nanos = source.scale().nanos(ticks);
    latestNanos = Math.max(latestNanos, nanos);
    frame.set(
        window.memory(),
        (long) window.position() + FRAME_OFFSET,
        (int) captured,
        window.u32(WIRE_LENGTH_OFFSET));
    frame.setTime(nanos, true);
    frame.setOrigin(source.linkType(), (int) id, countFrame(), recordOffset());
    return Block.FRAME;
  }

  /** The block tells the length on the wire; the captured one is what snaplen leaves of it. */
  private Block readSimplePacket(int length, CapturedFrame frame) throws CaptureFormatException {
    requireLength(length, SIMPLE_FRAME_OFFSET + TRAILER_BYTES, "simple packet block");
    PcapngInterface source = usableInterface(0);
    long wireLength = window.u32(SIMPLE_WIRE_LENGTH_OFFSET);
    long captured =
        source.snapLength() == 0 ? wireLength : Math.min(wireLength, source.snapLength());
    checkCaptured(captured, length - SIMPLE_FRAME_OFFSET - TRAILER_BYTES);
    frame.set(
        window.memory(),
        (long) window.position() + SIMPLE_FRAME_OFFSET,
        (int) captured,
        wireLength);
    frame.setTime(latestNanos, false);
    frame.setOrigin(source.linkType(), 0, countFrame(), recordOffset());
    return Block.FRAME;
  }

  private PcapngInterface usableInterface(long id) throws CaptureFormatException {
    if (id >= interfaces.size()) {
      throw malformed("interface " + id + " of " + interfaces.size() + " in the section");
    }
    PcapngInterface source = interfaces.get((int) id);
    if (!source.supported()) {
      throw malformed("interface " + id + ": " + LinkTypes.refusal(source.fileLinkType()));
    }
    return source;
  }

  private void checkCaptured(long captured, int room) throws CaptureFormatException {
    if (captured > CaptureReader.MAX_FRAME_BYTES) {
      throw malformed("captured length " + captured + " exceeds " + CaptureReader.MAX_FRAME_BYTES);
    }
    if (captured > room) {
      throw malformed("captured length " + captured + " exceeds the block's " + room + " bytes");
    }
  }

  private void requireLength(int length, int minimum, String what) throws CaptureFormatException {
    if (length < minimum) {
      throw malformed(what + " of " + length + " bytes is shorter than " + minimum);
    }
  }

  @Override
  CaptureFormat format() {
    return CaptureFormat.PCAPNG;
  }

  @Override
  int linkType() {
    return first == null ? LinkType.ETHERNET : first.linkType();
  }

  @Override
  long snapLength() {
    return first == null ? 0 : first.snapLength();
  }

  @Override
  boolean nanosecondResolution() {
    return first != null && first.scale().finerThanMicros();
  }
}

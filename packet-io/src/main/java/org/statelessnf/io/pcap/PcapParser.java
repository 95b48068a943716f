package org.statelessnf.io.pcap;

import static org.statelessnf.io.pcap.PcapDescriptor.CAPTURED_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.FILE_HEADER_BYTES;
import static org.statelessnf.io.pcap.PcapDescriptor.FRACTION_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.LINK_TYPE_MASK;
import static org.statelessnf.io.pcap.PcapDescriptor.LINK_TYPE_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.RECORD_HEADER_BYTES;
import static org.statelessnf.io.pcap.PcapDescriptor.RESERVED_MASK;
import static org.statelessnf.io.pcap.PcapDescriptor.SECONDS_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.SNAP_LENGTH_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.VERSION_MAJOR;
import static org.statelessnf.io.pcap.PcapDescriptor.VERSION_MAJOR_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.VERSION_MINOR;
import static org.statelessnf.io.pcap.PcapDescriptor.VERSION_MINOR_OFFSET;
import static org.statelessnf.io.pcap.PcapDescriptor.WIRE_LENGTH_OFFSET;

import java.io.IOException;

/** Reads the records of a pcap file; the layout is {@link PcapDescriptor}'s. */
final class PcapParser extends CaptureParser {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final boolean nanoseconds;
  private final long nanosPerFraction;
  private final int linkType;
  private final long snapLength;

  /** Reads the file header, whose magic number the caller has looked at. */
  PcapParser(CaptureWindow window, boolean bigEndian, boolean nanoseconds) throws IOException {
    super(window);
    String name = window.name();
    window.bigEndian(bigEndian);
    if (!window.ensure(FILE_HEADER_BYTES)) {
      throw new CaptureFormatException(
          name, "pcap file header is cut short: " + window.available() + " of 24 bytes");
    }
    int major = window.u16(VERSION_MAJOR_OFFSET);
    int minor = window.u16(VERSION_MINOR_OFFSET);
    if (major != VERSION_MAJOR || minor != VERSION_MINOR) {
      throw new CaptureFormatException(
          name, "pcap version " + major + "." + minor + " is not supported (2.4 is)");
    }
    int network = window.i32(LINK_TYPE_OFFSET);
    if ((network & RESERVED_MASK) != 0) {
      throw new CaptureFormatException(
          name, "damaged pcap file header: link type field " + String.format("0x%08x", network));
    }
    int fileLinkType = network & LINK_TYPE_MASK;
    this.linkType = LinkTypes.canonical(fileLinkType);
    if (linkType == LinkTypes.UNSUPPORTED) {
      throw new CaptureFormatException(name, LinkTypes.refusal(fileLinkType));
    }
    this.nanoseconds = nanoseconds;
    this.nanosPerFraction = nanoseconds ? 1 : 1_000;
    this.snapLength = window.u32(SNAP_LENGTH_OFFSET);
    window.advance(FILE_HEADER_BYTES);
  }

  @Override
  boolean read(CapturedFrame frame) throws IOException {
    beginRecord();
    if (!window.ensure(RECORD_HEADER_BYTES)) {
      return end(window.available() == 0);
    }
    long captured = window.u32(CAPTURED_LENGTH_OFFSET);
    if (captured > CaptureReader.MAX_FRAME_BYTES) {
      throw malformed("captured length " + captured + " exceeds " + CaptureReader.MAX_FRAME_BYTES);
    }
    int length = (int) captured;
    if (!window.ensure(RECORD_HEADER_BYTES + length)) {
      return end(false);
    }
    long nanos =
        window.u32(SECONDS_OFFSET) * NANOS_PER_SECOND
            + window.u32(FRACTION_OFFSET) * nanosPerFraction;
    long wireLength = window.u32(WIRE_LENGTH_OFFSET);
    frame.set(window.memory(), (long) window.position() + RECORD_HEADER_BYTES, length, wireLength);
    frame.setTime(nanos, true);
    frame.setOrigin(linkType, 0, countFrame(), recordOffset());
    window.advance(RECORD_HEADER_BYTES + length);
    return true;
  }

  @Override
  CaptureFormat format() {
    return nanoseconds ? CaptureFormat.PCAP_NANOS : CaptureFormat.PCAP_MICROS;
  }

  @Override
  int linkType() {
    return linkType;
  }

  @Override
  long snapLength() {
    return snapLength;
  }

  @Override
  boolean nanosecondResolution() {
    return nanoseconds;
  }
}

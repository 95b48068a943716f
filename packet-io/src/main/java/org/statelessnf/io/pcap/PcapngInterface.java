package org.statelessnf.io.pcap;

import static org.statelessnf.io.pcap.PcapngDescriptor.INTERFACE_OPTIONS_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.LINK_TYPE_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.OPTION_END;
import static org.statelessnf.io.pcap.PcapngDescriptor.OPTION_HEADER_BYTES;
import static org.statelessnf.io.pcap.PcapngDescriptor.OPTION_TIME_OFFSET;
import static org.statelessnf.io.pcap.PcapngDescriptor.OPTION_TIME_RESOLUTION;
import static org.statelessnf.io.pcap.PcapngDescriptor.SNAP_LENGTH_OFFSET;

/**
 * What an Interface Description Block says about the packets of that interface.
 *
 * @param fileLinkType the number in the file
 * @param linkType what frames are handed out with, or {@link LinkTypes#UNSUPPORTED}
 * @param snapLength announced frame length, 0 for no limit
 * @param scale meaning of the time stamps
 */
record PcapngInterface(int fileLinkType, int linkType, long snapLength, TimestampScale scale) {

  boolean supported() {
    return linkType != LinkTypes.UNSUPPORTED;
  }

  /** Reads the block at the window's position, whose options end at {@code optionsEnd}. */
  static PcapngInterface read(CaptureParser parser, int optionsEnd) throws CaptureFormatException {
    CaptureWindow window = parser.window;
    int resolution = TimestampScale.DEFAULT_RESOLUTION;
    long offsetSeconds = 0;
    int at = INTERFACE_OPTIONS_OFFSET;
    while (at + OPTION_HEADER_BYTES <= optionsEnd) {
      int code = window.u16(at);
      int length = window.u16(at + 2);
      int value = at + OPTION_HEADER_BYTES;
      if (code == OPTION_END) {
        break;
      }
      if (value + length > optionsEnd) {
        throw parser.malformed("interface option " + code + " of " + length + " bytes overruns");
      }
      if (code == OPTION_TIME_RESOLUTION) {
        requireLength(parser, "if_tsresol", length, 1);
        resolution = window.u8(value);
        if (!TimestampScale.isPlausible(resolution)) {
          throw parser.malformed(String.format("if_tsresol 0x%02x is not usable", resolution));
        }
      } else if (code == OPTION_TIME_OFFSET) {
        requireLength(parser, "if_tsoffset", length, Long.BYTES);
        offsetSeconds = window.i64(value);
      }
      at = value + PcapngDescriptor.padded(length);
    }
    int fileLinkType = window.u16(LINK_TYPE_OFFSET);
    return new PcapngInterface(
        fileLinkType,
        LinkTypes.canonical(fileLinkType),
        window.u32(SNAP_LENGTH_OFFSET),
        TimestampScale.of(resolution, offsetSeconds));
  }

  private static void requireLength(CaptureParser parser, String option, int length, int expected)
      throws CaptureFormatException {
    if (length != expected) {
      throw parser.malformed(option + " of " + length + " bytes, not " + expected);
    }
  }
}

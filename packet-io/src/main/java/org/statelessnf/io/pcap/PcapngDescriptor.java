package org.statelessnf.io.pcap;

/**
 * Layout of the pcapng blocks that are read: draft-ietf-opsawg-pcapng, sections 3 and 4. Fields are
 * in the byte order of their section, told by the section header's magic number.
 *
 * <pre>
 *  Every block
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                          Block type                           |  0
 *  +---------------------------------------------------------------+
 *  |         Block total length (12 or more, multiple of 4)        |  4
 *  +---------------------------------------------------------------+
 *  |                     Body, padded to 32 bits                   |  8
 *  +---------------------------------------------------------------+
 *  |                  Block total length, repeated                 |
 *  +---------------------------------------------------------------+
 *
 *  Section Header Block (0A0D0D0A)        Interface Description Block (1)
 *  +-------------------------------+      +---------------+---------------+
 *  |       Magic: 1A2B3C4D         |  8   |   Link type   |   Reserved    |  8
 *  +---------------+---------------+      +---------------+---------------+
 *  | Major (1)     | Minor (0)     | 12   |           SnapLen             | 12
 *  +---------------+---------------+      +-------------------------------+
 *  |   Section length, 64 bits,    | 16   |          Options ...          | 16
 *  |   -1 if not known             | 20
 *  +-------------------------------+      Simple Packet Block (3)
 *  |          Options ...          | 24   +-------------------------------+
 *                                         |   Length on the wire          |  8
 *                                         +-------------------------------+
 *                                         |   Frame, padded ...           | 12
 *
 *  Enhanced Packet Block (6)              Packet Block (2, obsolete)
 *  +-------------------------------+      +---------------+---------------+
 *  |         Interface id          |  8   | Interface id  |  Drops count  |  8
 *  +-------------------------------+      +---------------+---------------+
 *  |     Timestamp, upper half     | 12   |     Timestamp, upper half     | 12
 *  +-------------------------------+      +-------------------------------+
 *  |     Timestamp, lower half     | 16   |     Timestamp, lower half     | 16
 *  +-------------------------------+      +-------------------------------+
 *  |       Captured length         | 20   |       Captured length         | 20
 *  +-------------------------------+      +-------------------------------+
 *  |       Length on the wire      | 24   |       Length on the wire      | 24
 *  +-------------------------------+      +-------------------------------+
 *  |   Frame, padded; options ...  | 28   |   Frame, padded; options ...  | 28
 *
 *  Option
 *  +---------------+---------------+
 *  |     Code      |    Length     |  0
 *  +---------------+---------------+
 *  | Value, padded to 32 bits ...  |  4
 * </pre>
 */
final class PcapngDescriptor {
  static final int SECTION_HEADER = 0x0A0D_0D0A;
  static final int INTERFACE_DESCRIPTION = 1;
  static final int OBSOLETE_PACKET = 2;
  static final int SIMPLE_PACKET = 3;
  static final int ENHANCED_PACKET = 6;

  static final int TYPE_OFFSET = 0;
  static final int TOTAL_LENGTH_OFFSET = 4;
  static final int BLOCK_HEADER_BYTES = 8;
  static final int TRAILER_BYTES = 4;
  static final int MIN_BLOCK_BYTES = BLOCK_HEADER_BYTES + TRAILER_BYTES;

  static final int BYTE_ORDER_MAGIC = 0x1A2B_3C4D;
  static final int BYTE_ORDER_OFFSET = 8;
  static final int VERSION_MAJOR_OFFSET = 12;
  static final int VERSION_MINOR_OFFSET = 14;
  static final int SECTION_LENGTH_OFFSET = 16;
  static final int SECTION_OPTIONS_OFFSET = 24;
  static final int VERSION_MAJOR = 1;
  static final int VERSION_MINOR = 0;

  /** Written by some old programs for what is version 1.0. */
  static final int VERSION_MINOR_MISNUMBERED = 2;

  static final int LINK_TYPE_OFFSET = 8;
  static final int SNAP_LENGTH_OFFSET = 12;
  static final int INTERFACE_OPTIONS_OFFSET = 16;

  static final int INTERFACE_ID_OFFSET = 8;
  static final int TIME_HIGH_OFFSET = 12;
  static final int TIME_LOW_OFFSET = 16;
  static final int CAPTURED_LENGTH_OFFSET = 20;
  static final int WIRE_LENGTH_OFFSET = 24;
  static final int FRAME_OFFSET = 28;

  static final int SIMPLE_WIRE_LENGTH_OFFSET = 8;
  static final int SIMPLE_FRAME_OFFSET = 12;

  static final int OPTION_HEADER_BYTES = 4;
  static final int OPTION_END = 0;
  static final int OPTION_TIME_RESOLUTION = 9;
  static final int OPTION_TIME_OFFSET = 14;

  private PcapngDescriptor() {}

  /** {@code length} rounded up to the 32-bit boundary that fields are padded to. */
  static int padded(int length) {
    return (length + 3) & ~3;
  }
}

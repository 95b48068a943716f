package org.statelessnf.io.pcap;

/**
 * Layout of a pcap file: draft-ietf-opsawg-pcap, sections 4 and 5. Every field is in the byte order
 * of the machine that wrote the file, told by the magic number.
 *
 * <pre>
 *  File header, 24 bytes
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |            Magic: A1B2C3D4 (µs) or A1B23C4D (ns)              |  0
 *  +-------------------------------+-------------------------------+
 *  |       Major version (2)       |       Minor version (4)       |  4
 *  +-------------------------------+-------------------------------+
 *  |                     Reserved (time zone)                      |  8
 *  +---------------------------------------------------------------+
 *  |                     Reserved (accuracy)                       | 12
 *  +---------------------------------------------------------------+
 *  |                           SnapLen                             | 16
 *  +-------+-+-+-------------------+-------------------------------+
 *  |  FCS  |R|P|   Reserved (0)    |           Link type           | 20
 *  +-------+-+-+-------------------+-------------------------------+
 *
 *  Packet record, 16 bytes and the frame, without padding
 *  +---------------------------------------------------------------+
 *  |                     Timestamp, seconds                        |  0
 *  +---------------------------------------------------------------+
 *  |             Timestamp, micro- or nanoseconds                  |  4
 *  +---------------------------------------------------------------+
 *  |                  Captured length of the frame                 |  8
 *  +---------------------------------------------------------------+
 *  |               Length of the frame on the wire                 | 12
 *  +---------------------------------------------------------------+
 *  |                         Frame ...                             | 16
 * </pre>
 *
 * <p>P says that frames end in a frame check sequence of FCS 16-bit words. Such a trailer is left
 * on the frame, where it is padding to everything that reads the IP length.
 */
final class PcapDescriptor {
  /** The first four bytes read as a big-endian number; reversed in a little-endian file. */
  static final int MAGIC_MICROS = 0xA1B2C3D4;

  static final int MAGIC_NANOS = 0xA1B23C4D;

  static final int FILE_HEADER_BYTES = 24;
  static final int VERSION_MAJOR_OFFSET = 4;
  static final int VERSION_MINOR_OFFSET = 6;
  static final int SNAP_LENGTH_OFFSET = 16;
  static final int LINK_TYPE_OFFSET = 20;

  static final int VERSION_MAJOR = 2;
  static final int VERSION_MINOR = 4;
  static final int LINK_TYPE_MASK = 0x0000_FFFF;
  static final int RESERVED_MASK = 0x03FF_0000;

  static final int RECORD_HEADER_BYTES = 16;
  static final int SECONDS_OFFSET = 0;
  static final int FRACTION_OFFSET = 4;
  static final int CAPTURED_LENGTH_OFFSET = 8;
  static final int WIRE_LENGTH_OFFSET = 12;

  private PcapDescriptor() {}
}

package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * IEEE 802.1Q or 802.1ad tag, 4 bytes. {@code offset} is that of the TPID: tag i of a frame is at
 * frame offset 12 + 4 i.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-----+-+-----------------------+
 *  |             TPID              | PCP |D|        VLAN id        |
 *  +-------------------------------+-----+-+-----------------------+
 * </pre>
 */
public final class VlanTag {
  /** Tag length in bytes. */
  public static final int LENGTH = 4;

  public static final int TPID_OFFSET = 0;
  public static final int TCI_OFFSET = 2;

  /** Frame offset of the outermost tag. */
  public static final int FIRST_TAG_OFFSET = 12;

  private VlanTag() {}

  /** True for the tag protocol identifiers 0x8100 (C-VLAN), 0x88a8 (S-VLAN) and the old 0x9100. */
  public static boolean isTpid(int etherType) {
    return etherType == EthernetHeader.TYPE_VLAN
        || etherType == EthernetHeader.TYPE_QINQ
        || etherType == EthernetHeader.TYPE_QINQ_OLD;
  }

  /** Tag protocol identifier. */
  public static int tpid(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + TPID_OFFSET);
  }

  /** VLAN id, 0 to 4095. */
  public static int id(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + TCI_OFFSET) & 0xfff;
  }

  /** Sets the VLAN id; priority and drop eligibility stay. */
  public static void id(MemorySegment memory, long offset, int id) {
    int tci = Wire.u16(memory, offset + TCI_OFFSET);
    Wire.put16(memory, offset + TCI_OFFSET, (tci & 0xf000) | (id & 0xfff));
  }

  /** Priority code point, 0 to 7. */
  public static int priority(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + TCI_OFFSET) >>> 5;
  }

  /** Drop eligible indicator. */
  public static boolean dropEligible(MemorySegment memory, long offset) {
    return (Wire.u8(memory, offset + TCI_OFFSET) & 0x10) != 0;
  }
}

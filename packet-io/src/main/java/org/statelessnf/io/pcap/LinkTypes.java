package org.statelessnf.io.pcap;

import org.statelessnf.nf.packet.LinkType;

/**
 * The link types found in files: numbers and names of draft-ietf-opsawg-pcaplinktype, and which of
 * them are handled.
 *
 * <p>Handled is what the packet parser decodes ({@link LinkType#isSupported}); the spellings that
 * other systems use for raw IP are read as {@link LinkType#RAW_IP}.
 */
final class LinkTypes {
  /** What {@link #canonical} answers for a link type that is not handled. */
  static final int UNSUPPORTED = -1;

  /** The value of DLT_RAW on most systems, found in files of old programs. */
  private static final int RAW_BSD = 12;

  /** The value of DLT_RAW on OpenBSD. */
  private static final int RAW_OPENBSD = 14;

  private LinkTypes() {}

  /** The link type that frames of {@code fileValue} are handed out with, or UNSUPPORTED. */
  static int canonical(int fileValue) {
    return switch (fileValue) {
      case RAW_BSD, RAW_OPENBSD, LinkType.RAW_IPV4, LinkType.RAW_IPV6 -> LinkType.RAW_IP;
      default -> LinkType.isSupported(fileValue) ? fileValue : UNSUPPORTED;
    };
  }

  /** The refusal of {@code fileValue}, as part of a one-line message. */
  static String refusal(int fileValue) {
    return "link type "
        + describe(fileValue)
        + " is not supported (Ethernet, raw IP and Linux cooked are)";
  }

  /** {@code 253 (NETLINK)}; {@code 4711 (unknown)} for a number without a name here. */
  static String describe(int linkType) {
    return linkType + " (" + nameOf(linkType) + ")";
  }

  private static String nameOf(int linkType) {
    return switch (linkType) {
      case 0 -> "NULL";
      case LinkType.ETHERNET -> "ETHERNET";
      case 3 -> "AX25";
      case 6 -> "IEEE802_5";
      case 7 -> "ARCNET_BSD";
      case 8 -> "SLIP";
      case 9 -> "PPP";
      case 10 -> "FDDI";
      case RAW_BSD, RAW_OPENBSD, LinkType.RAW_IP -> "RAW";
      case 50 -> "PPP_HDLC";
      case 51 -> "PPP_ETHER";
      case 100 -> "ATM_RFC1483";
      case 104 -> "C_HDLC";
      case 105 -> "IEEE802_11";
      case 107 -> "FRELAY";
      case 108 -> "LOOP";
      case LinkType.LINUX_SLL -> "LINUX_SLL";
      case 117 -> "PFLOG";
      case 119 -> "IEEE802_11_PRISM";
      case 122 -> "IP_OVER_FC";
      case 127 -> "IEEE802_11_RADIOTAP";
      case 129 -> "ARCNET_LINUX";
      case 163 -> "IEEE802_11_AVS";
      case 187 -> "BLUETOOTH_HCI_H4";
      case 189 -> "USB_LINUX";
      case 192 -> "PPI";
      case 195 -> "IEEE802_15_4_WITHFCS";
      case 201 -> "BLUETOOTH_HCI_H4_WITH_PHDR";
      case 220 -> "USB_LINUX_MMAPPED";
      case 227 -> "CAN_SOCKETCAN";
      case LinkType.RAW_IPV4 -> "IPV4";
      case LinkType.RAW_IPV6 -> "IPV6";
      case 239 -> "NFLOG";
      case 240 -> "NETANALYZER";
      case 247 -> "INFINIBAND";
      case 249 -> "USBPCAP";
      case 251 -> "BLUETOOTH_LE_LL";
      case 252 -> "WIRESHARK_UPPER_PDU";
      case 253 -> "NETLINK";
      case 254 -> "BLUETOOTH_LINUX_MONITOR";
      case 271 -> "VSOCK";
      case 274 -> "ETHERNET_MPACKET";
      case LinkType.LINUX_SLL2 -> "LINUX_SLL2";
      default -> "unknown";
    };
  }
}

package org.statelessnf.io.pcap;

import org.jspecify.annotations.Nullable;

/** Names what a file is that is not one of ours, so that its owner knows how to convert it. */
final class ForeignFormat {
  private ForeignFormat() {}

  /** {@code magic}: the file's first four bytes as a big-endian number. */
  static String refusal(int magic) {
    String found = nameOf(magic);
    if (found == null) {
      found = nameOf(Integer.reverseBytes(magic));
    }
    return found == null
        ? String.format("not a capture file (starts with 0x%08x)", magic)
        : found + " is not supported; convert it to pcapng or pcap";
  }

  private static @Nullable String nameOf(int magic) {
    return switch (magic) {
      case 0xA1B2CD34, 0xA1B234CD, 0xA12B3C4D -> String.format("modified pcap (magic %08x)", magic);
      case 0x1C0001AB, 0x1C0001AC -> "modified pcap (IXIA)";
      case 0x736E6F6F -> "snoop capture";
      case 0x28B52FFD -> "zstd-compressed file";
      case 0x04224D18 -> "LZ4-compressed file";
      case 0xFD377A58 -> "xz-compressed file";
      default -> null;
    };
  }
}

package org.statelessnf.io.pcap;

import java.nio.file.Path;
import java.util.Locale;

/** The file formats that are read and written. */
public enum CaptureFormat {
  /** pcap with microsecond time stamps. */
  PCAP_MICROS,
  /** pcap with nanosecond time stamps. */
  PCAP_NANOS,
  /** pcapng; written with nanosecond time stamps, read with whatever each interface declares. */
  PCAPNG;

  /**
   * The format to write to {@code output}: pcapng for a name that ends in {@code .pcapng} or {@code
   * .ntar}, else pcap in a resolution that loses nothing of {@code input}.
   */
  public static CaptureFormat forOutput(Path output, CaptureReader input) {
    String name = output.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".pcapng") || name.endsWith(".ntar")) {
      return PCAPNG;
    }
    return input.nanosecondResolution() ? PCAP_NANOS : PCAP_MICROS;
  }
}

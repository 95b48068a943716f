package org.statelessnf.io.pcap;

import java.io.IOException;

/**
 * A capture that cannot be used: missing, not a capture, of an unsupported kind, or damaged.
 *
 * <p>The message is one line fit for a person: the file, what is wrong, and, past the file's start,
 * the packet and the byte (of the uncompressed content) where it was found. An error of the device
 * under a readable capture stays a plain {@link IOException}.
 */
public final class CaptureFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The file as such is refused. */
  CaptureFormatException(String file, String what) {
    super(file + ": " + what);
  }

  /** A place in the file is refused; {@code packet} counts from 1. */
  CaptureFormatException(String file, String what, long packet, long offset) {
    super(file + ": " + what + " (packet " + packet + ", byte " + offset + ")");
  }
}

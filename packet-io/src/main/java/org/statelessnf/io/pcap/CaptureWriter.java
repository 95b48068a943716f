package org.statelessnf.io.pcap;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes a capture.
 *
 * <p>The file is written in place, and only whole records are handed to the operating system, the
 * file header at once: a run that is killed leaves a capture of what had been flushed. (A temporary
 * file renamed at the end would leave nothing, and cannot be a pipe.) Frames are collected in about
 * half a mebibyte before they are written; {@link #flush} shortens that.
 *
 * <p>Failures of the device are {@link IOException}s of one line that name the file. After one,
 * nothing more is written and each call fails again, {@code close} included. Not thread-safe, but
 * may be handed from one thread to another.
 */
public final class CaptureWriter implements AutoCloseable {
  private final RecordOutput output;
  private final CaptureEncoder encoder;
  private final CaptureFormat format;
  private final int linkType;
  private long frames;

  private CaptureWriter(RecordOutput output, CaptureFormat format, int linkType)
      throws IOException {
    this.output = output;
    this.format = format;
    this.linkType = linkType;
    this.encoder =
        switch (format) {
          case PCAP_MICROS -> new PcapEncoder(output, false, linkType);
          case PCAP_NANOS -> new PcapEncoder(output, true, linkType);
          case PCAPNG -> new PcapngEncoder(output, linkType);
        };
    output.flush();
  }

  /**
   * Creates {@code file} (or empties it) and writes its header; {@code -} is standard output.
   *
   * @param linkType of frames whose link type is not given
   */
  public static CaptureWriter open(Path file, CaptureFormat format, int linkType)
      throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
      throw new IOException(file + ": compressed captures are read, not written");
    }
    RecordOutput output = RecordOutput.open(file);
    try {
      return new CaptureWriter(output, format, linkType);
    } catch (IOException e) {
      try {
        output.close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /**
   * Opens {@code file} for the frames of {@code input}: same link type, and a format that suits the
   * file's name and the input's resolution ({@link CaptureFormat#forOutput}).
   *
   * @throws IOException if it cannot be written, or is the input file itself
   */
  public static CaptureWriter openLike(Path file, CaptureReader input) throws IOException {
    Path inputFile = input.file();
    if (inputFile != null && Files.exists(file) && Files.isSameFile(file, inputFile)) {
      throw new IOException(file + ": is the input file; write to another one");
    }
    return open(file, CaptureFormat.forOutput(file, input), input.linkType());
  }

  /** Writes a frame of the capture's link type; see the longer form. */
  public void write(
      MemorySegment memory, long offset, int length, int wireLength, long timestampNanos)
      throws IOException {
    write(memory, offset, length, wireLength, timestampNanos, linkType);
  }

  /**
   * Copies a frame into the capture. The memory is the caller's and free for reuse on return.
   *
   * @param length captured bytes, 0 to {@link CaptureReader#MAX_FRAME_BYTES}
   * @param wireLength bytes on the wire, at least {@code length}
   * @param timestampNanos since 1970; cut to what the format can say: no negative times, in pcap
   *     none past 2106 and, in {@link CaptureFormat#PCAP_MICROS}, no nanoseconds
   * @param frameLinkType pcapng takes any; pcap refuses another than its own with an IOException
   */
  public void write(
      MemorySegment memory,
      long offset,
      int length,
      int wireLength,
      long timestampNanos,
      int frameLinkType)
      throws IOException {
    if (length < 0 || length > CaptureReader.MAX_FRAME_BYTES || wireLength < length) {
      throw new IllegalArgumentException(
          "frame of " + length + " captured bytes, " + wireLength + " on the wire");
    }
    encoder.write(memory, offset, length, wireLength, timestampNanos, frameLinkType);
    frames++;
  }

  /** Hands all frames written so far to the operating system. */
  public void flush() throws IOException {
    output.flush();
  }

  /** The file as it was named; {@code standard output} for {@code -}. */
  public String name() {
    return output.name();
  }

  /** The format that is written. */
  public CaptureFormat format() {
    return format;
  }

  /** The link type the capture was opened with. */
  public int linkType() {
    return linkType;
  }

  /** Frames written so far. */
  public long frames() {
    return frames;
  }

  /** Bytes of the capture so far, those not flushed yet included. */
  public long bytes() {
    return output.bytes();
  }

  /** Flushes and closes. A failure here means that frames at the end are missing. */
  @Override
  public void close() throws IOException {
    output.close();
  }
}

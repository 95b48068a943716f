package org.statelessnf.io.pcap;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a capture, one after the other, in constant memory: files of any size, and
 * streams that are still being written.
 *
 * <pre>{@code
 * CapturedFrame frame = new CapturedFrame();
 * try (CaptureReader reader = CaptureReader.open(Path.of("in.pcap"))) {
 *   while (reader.next(frame)) {
 *     use(frame.memory(), frame.offset(), frame.length());
 *   }
 *   String warning = reader.truncation();
 * }
 * }</pre>
 *
 * <p><b>Formats</b>, told by content and not by name: pcap (draft-ietf-opsawg-pcap) in micro- and
 * nanoseconds, pcapng (draft-ietf-opsawg-pcapng) with any number of sections and interfaces, each
 * in either byte order, and both of them compressed with gzip.
 *
 * <p><b>Link types</b> are Ethernet, raw IP and Linux cooked. A file whose first interface has
 * another one is refused when it is opened; in a pcapng file of several interfaces the first frame
 * that arrives on such an interface is an error, because leaving frames out silently would look
 * like packet loss.
 *
 * <p><b>A cut tail</b> (a capture program that was killed, a disk that was full) is not an error:
 * frames in front of it are delivered, {@code next} answers false and {@link #truncation()} says
 * where. Lengths that contradict the format are one: nothing behind them can be trusted.
 *
 * <p>Not thread-safe, but may be handed from one thread to another. Interrupting a thread that
 * reads a file ends reading with an exception, as everywhere in java.nio.
 */
public final class CaptureReader implements AutoCloseable {
  /**
   * The longest frame that is taken for one, 256 KiB: the bound that tcpdump and Wireshark use. The
   * snapshot length of a file is no bound, files exceed it.
   */
  public static final int MAX_FRAME_BYTES = 256 * 1024;

  /** The file name that stands for standard input. */
  static final String STANDARD_STREAM = "-";

  private static final int MAGIC_BYTES = 4;
  private static final int GZIP_MAGIC = 0x1F8B;

  private final CaptureWindow window;
  private final CaptureParser parser;
  private final @Nullable Path file;
  private final @Nullable GzipSource gzip;
  private final CountingSource source;
  private final long totalBytes;

  private CaptureReader(
      String name, ReadableByteChannel channel, long totalBytes, @Nullable Path file)
      throws IOException {
    this.file = file;
    this.totalBytes = totalBytes;
    this.source = new CountingSource(channel);
    this.window = new CaptureWindow(name, source);
    try {
      this.gzip = unpackIfGzip(window, source);
      this.parser = recognise(window);
    } catch (IOException | RuntimeException e) {
      try {
        window.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /**
   * Opens {@code file}; {@code -} is standard input. Reads up to the first interface, and so may
   * wait for a stream to start.
   *
   * @throws CaptureFormatException if there is no such file, or it is not a usable capture
   */
  public static CaptureReader open(Path file) throws IOException {
    String name = file.toString();
    if (name.equals(STANDARD_STREAM)) {
      @SuppressWarnings("resource") // the reader closes the channel
      FileChannel standardInput = new FileInputStream(FileDescriptor.in).getChannel();
      return new CaptureReader("standard input", standardInput, -1, null);
    }
    if (Files.isDirectory(file)) {
      throw new CaptureFormatException(name, "is a directory");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new CaptureFormatException(name, "no such file");
    } catch (AccessDeniedException e) {
      throw new CaptureFormatException(name, "permission denied");
    } catch (IOException e) {
      throw new CaptureFormatException(name, "cannot be opened: " + e.getMessage());
    }
    long size = Files.isRegularFile(file) ? channel.size() : -1;
    return new CaptureReader(name, channel, size, file);
  }

  /**
   * Reads from a channel in blocking mode, which the reader closes.
   *
   * @param name for messages
   * @param totalBytes what {@link #totalBytes()} answers, -1 if not known
   */
  public static CaptureReader open(ReadableByteChannel channel, String name, long totalBytes)
      throws IOException {
    return new CaptureReader(name, channel, totalBytes, null);
  }

  /**
   * Moves {@code frame} to the next frame of the file.
   *
   * <p>The bytes stay in the reader's memory and are valid until the next call. A stream is waited
   * for.
   *
   * @return false at the end, and from then on
   * @throws CaptureFormatException if the file is damaged; every later call throws it again
   */
  public boolean next(CapturedFrame frame) throws IOException {
    return parser.next(frame);
  }

  /** The file as it was named; {@code standard input} for {@code -}. */
  public String name() {
    return window.name();
  }

  /** What was recognised, under the compression if there is one. */
  public CaptureFormat format() {
    return parser.format();
  }

  /**
   * The link type of the first interface. Frames carry their own. Ethernet for a pcapng file
   * without any interface, and therefore without frames.
   */
  public int linkType() {
    return parser.linkType();
  }

  /** The frame length that the file (its first interface) announces, 0 if none; no bound. */
  public long snapLength() {
    return parser.snapLength();
  }

  /** Whether time stamps (those of the first interface) are finer than a microsecond. */
  public boolean nanosecondResolution() {
    return parser.nanosecondResolution();
  }

  /** Frames delivered so far. */
  public long frames() {
    return parser.frames();
  }

  /** Bytes of the file used so far, on the scale of {@link #totalBytes()}. */
  public long bytesRead() {
    return gzip == null ? window.streamOffset() : source.count();
  }

  /** Size of the file when it was opened, -1 if that is not known. */
  public long totalBytes() {
    return totalBytes;
  }

  /** Whether the end was reached in the middle of a record; see {@link #truncation()}. */
  public boolean truncatedTail() {
    return parser.truncatedTail() || (gzip != null && gzip.cutShort());
  }

  /** One line for the user if the end was reached in the middle of a record, else null. */
  public @Nullable String truncation() {
    if (!truncatedTail()) {
      return null;
    }
    return name()
        + ": cut short in packet "
        + (frames() + 1)
        + " at byte "
        + parser.recordOffset()
        + "; the "
        + frames()
        + " packets before it are used";
  }

  /** The file that is read, null for a stream. */
  @Nullable Path file() {
    return file;
  }

  /** Closes the file and frees the memory that frames were in. */
  @Override
  public void close() throws IOException {
    window.close();
  }

  private static @Nullable GzipSource unpackIfGzip(CaptureWindow window, CountingSource source)
      throws IOException {
    if (!window.ensure(Short.BYTES)) {
      return null;
    }
    window.bigEndian(true);
    if (window.u16(0) != GZIP_MAGIC) {
      return null;
    }
    MemorySegment head = window.memory().asSlice(window.position(), window.available());
    GzipSource unpacked =
        new GzipSource(window.name(), head.toArray(ValueLayout.JAVA_BYTE), source);
    window.replaceSource(unpacked);
    return unpacked;
  }

  private static CaptureParser recognise(CaptureWindow window) throws IOException {
    String name = window.name();
    if (!window.ensure(MAGIC_BYTES)) {
      throw new CaptureFormatException(
          name,
          window.available() == 0
              ? "not a capture file (empty)"
              : "not a capture file (" + window.available() + " bytes)");
    }
    window.bigEndian(true);
    int magic = window.i32(0);
    return switch (magic) {
      case PcapngDescriptor.SECTION_HEADER -> new PcapngParser(window);
      case PcapDescriptor.MAGIC_MICROS -> new PcapParser(window, true, false);
      case PcapDescriptor.MAGIC_NANOS -> new PcapParser(window, true, true);
      default ->
          switch (Integer.reverseBytes(magic)) {
            case PcapDescriptor.MAGIC_MICROS -> new PcapParser(window, false, false);
            case PcapDescriptor.MAGIC_NANOS -> new PcapParser(window, false, true);
            default -> throw new CaptureFormatException(name, ForeignFormat.refusal(magic));
          };
    };
  }
}

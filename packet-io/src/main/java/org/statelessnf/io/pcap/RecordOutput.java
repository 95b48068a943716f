package org.statelessnf.io.pcap;

import java.io.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Collects whole records and writes them to the file in large pieces, never part of one.
 *
 * <p>The buffer is an array and the file a stream, not a channel: a channel closes itself when its
 * thread is interrupted, and stopping a thread by interruption must not cost the records it has
 * written. Should the device refuse (a full disk), the file is cut back to its last whole record.
 */
final class RecordOutput implements AutoCloseable {
  /** The largest record: a frame with its header, padding and trailer. */
  private static final int MAX_RECORD_BYTES = CaptureReader.MAX_FRAME_BYTES + 64;

  private static final int BUFFER_BYTES = 2 * MAX_RECORD_BYTES;

  private final String name;
  private final FileOutputStream stream;
  private final boolean cuttable;
  private final byte[] bytes = new byte[BUFFER_BYTES];
  private final MemorySegment buffer = MemorySegment.ofArray(bytes);
  private int used;
  private long written;
  private boolean closed;
  private @Nullable IOException failure;

  private RecordOutput(String name, FileOutputStream stream, boolean cuttable) {
    this.name = name;
    this.stream = stream;
    this.cuttable = cuttable;
  }

  /** Creates or empties {@code file}; {@code -} is standard output. */
  static RecordOutput open(Path file) throws IOException {
    String name = file.toString();
    if (name.equals(CaptureReader.STANDARD_STREAM)) {
      return new RecordOutput("standard output", new FileOutputStream(FileDescriptor.out), false);
    }
    try {
      FileOutputStream stream = new FileOutputStream(file.toFile());
      return new RecordOutput(name, stream, Files.isRegularFile(file));
    } catch (FileNotFoundException e) {
      throw new IOException(name + ": cannot be written: " + reason(file, e), e);
    }
  }

  /** The reason alone: the stream's own message repeats the file name around it. */
  private static String reason(Path file, IOException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = file + " (";
    return message.startsWith(prefix) && message.endsWith(")")
        ? message.substring(prefix.length(), message.length() - 1)
        : message;
  }

  String name() {
    return name;
  }

  /** Bytes of the records begun so far, in the file or on the way to it. */
  long bytes() {
    return written + used;
  }

  /** Where {@link #reserve}d bytes are put, until they are {@link #commit}ted. */
  MemorySegment buffer() {
    return buffer;
  }

  /**
   * Room for one record.
   *
   * @return its index in {@link #buffer()}; the caller fills all of it
   */
  int reserve(int recordBytes) throws IOException {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
    if (recordBytes > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(recordBytes + " bytes exceed " + MAX_RECORD_BYTES);
    }
    if (failure != null) {
      throw repeated(failure);
    }
    if (recordBytes > BUFFER_BYTES - used) {
      flush();
    }
    return used;
  }

  /** The record just {@link #reserve}d is complete. Without this it never was. */
  void commit(int recordBytes) {
    used += recordBytes;
  }

  /** Hands what was collected to the operating system. */
  void flush() throws IOException {
    if (failure != null) {
      throw repeated(failure);
    }
    if (used == 0) {
      return;
    }
    try {
      stream.write(bytes, 0, used);
    } catch (IOException e) {
      failure = new IOException(name + ": cannot be written: " + e.getMessage(), e);
      cutBack(failure);
      throw failure;
    }
    written += used;
    used = 0;
  }

  private static IOException repeated(IOException failure) {
    return new IOException(failure.getMessage(), failure);
  }

  private void cutBack(IOException cause) {
    if (!cuttable) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      @SuppressWarnings("resource") // closed with its stream
      FileChannel channel = stream.getChannel();
      channel.truncate(written);
    } catch (IOException e) {
      cause.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Flushes and closes; does nothing the second time. What failed before fails here again. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (stream) {
      flush();
    }
  }
}

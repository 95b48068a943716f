package org.statelessnf.store.ramcloud;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * A cluster that is none: {@code standin.c}, compiled once per process, over a file of its own.
 * Says what it is to do wrong.
 */
final class Standin implements AutoCloseable {
  static final int BLOCKED = 8;
  static final int LOST = 12;
  static final int LOST_MILLIS = 16;
  static final int STOLEN = 20;
  static final int REFUSED = 24;
  static final int STATUS = 28;
  static final int SILENT = 32;
  static final int WAITING = 36;
  static final int CLIENTS = 40;
  static final int SCANS = 48;
  static final int MISUSE = 52;
  static final int MULTI = 56;
  static final int SINGLE = 60;
  static final int RECORDS = 64;

  private static final int CONTROL_BYTES = 4096;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final Library LIBRARY = new Library();

  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment control;

  Standin() throws IOException {
    Compiler.require();
    this.file = Files.createTempFile(Path.of("target"), "standin-", ".shm");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      this.control = channel.map(FileChannel.MapMode.READ_WRITE, 0, CONTROL_BYTES, arena);
    }
  }

  /** Where it is, and further options, each with an ampersand in front. */
  String uri(String options) throws IOException {
    return "ramcloud:shm:file=%s?library=%s%s"
        .formatted(file.toAbsolutePath(), LIBRARY.path(), options);
  }

  /** A cluster that does not answer. */
  static String unreachable(String options) throws IOException {
    return "ramcloud:shm:file=/nowhere?library=%s%s".formatted(LIBRARY.path(), options);
  }

  StateStore open(String options) throws IOException {
    return Stores.open(uri(options));
  }

  int get(int field) {
    return (int) INT.getVolatile(control, (long) field);
  }

  void set(int field, int value) {
    INT.setVolatile(control, (long) field, value);
  }

  /** Lets go of blocked calls, and of the file. */
  @Override
  public void close() throws IOException {
    set(BLOCKED, 0);
    arena.close();
    Files.delete(file);
  }

  private static final class Library {
    private Path path = Path.of("");

    synchronized Path path() throws IOException {
      if (path.toString().isEmpty()) {
        Path made = Files.createTempFile(Path.of("target").toAbsolutePath(), "libramcloud-", ".so");
        made.toFile().deleteOnExit();
        Compiler.run(
            List.of(
                "-O2",
                "-fPIC",
                "-shared",
                "-pthread",
                "-o",
                made.toString(),
                Compiler.TESTS.resolve("standin.c").toString()));
        path = made;
      }
      return path;
    }
  }
}

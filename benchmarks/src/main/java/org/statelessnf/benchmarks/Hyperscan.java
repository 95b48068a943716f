package org.statelessnf.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;

/**
 * Intel's Hyperscan (or Vectorscan), the search that Suricata uses: literals in streams, by its own
 * library where that is installed ({@code libhs.so.5}, Debian's {@code libhyperscan5}). One thread.
 */
@SuppressWarnings("restricted") // calls a native library: what it is for
final class Hyperscan implements AutoCloseable {
  private static final String LIBRARY = "libhs.so.5";
  private static final int MODE_STREAM = 2;
  private static final int FLAG_CASELESS = 1;
  private static final Linker LINKER = Linker.nativeLinker();

  private final SymbolLookup library;
  private final MethodHandle scan;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment onMatch;
  private final MemorySegment database;
  private final MemorySegment scratch;
  private final MemorySegment[] streams;
  private long matches;

  /** Says whether the library is installed. */
  static Optional<SymbolLookup> library() {
    try {
      return Optional.of(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
    } catch (IllegalArgumentException missing) {
      return Optional.empty();
    }
  }

  /**
   * Compiles the contents and opens streams.
   *
   * @throws IllegalStateException if the library says no
   */
  Hyperscan(SymbolLookup library, List<IpsTraffic.Content> contents, int flows) {
    this.library = library;
    this.scan =
        function("hs_scan_stream", ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    this.onMatch = onMatch();
    this.database = compile(contents);
    MemorySegment result = arena.allocate(ADDRESS);
    call(function("hs_alloc_scratch", ADDRESS, ADDRESS), database, result);
    this.scratch = result.get(ADDRESS, 0);
    this.streams = new MemorySegment[flows];
    MethodHandle open = function("hs_open_stream", ADDRESS, JAVA_INT, ADDRESS);
    for (int i = 0; i < flows; i++) {
      call(open, database, 0, result);
      streams[i] = result.get(ADDRESS, 0);
    }
  }

  private MemorySegment compile(List<IpsTraffic.Content> contents) {
    int count = contents.size();
    MemorySegment texts = arena.allocate(ADDRESS, count);
    MemorySegment flags = arena.allocate(JAVA_INT, count);
    MemorySegment ids = arena.allocate(JAVA_INT, count);
    MemorySegment lengths = arena.allocate(JAVA_LONG, count);
    for (int i = 0; i < count; i++) {
      byte[] bytes = contents.get(i).bytes();
      texts.setAtIndex(ADDRESS, i, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
      flags.setAtIndex(JAVA_INT, i, contents.get(i).nocase() ? FLAG_CASELESS : 0);
      ids.setAtIndex(JAVA_INT, i, i + 1);
      lengths.setAtIndex(JAVA_LONG, i, bytes.length);
    }
    MethodHandle compile =
        function(
            "hs_compile_lit_multi",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_INT,
            JAVA_INT,
            ADDRESS,
            ADDRESS,
            ADDRESS);
    MemorySegment result = arena.allocate(ADDRESS, 2); // the database, the error
    call(
        compile,
        texts,
        flags,
        ids,
        lengths,
        count,
        MODE_STREAM,
        MemorySegment.NULL,
        result,
        result.asSlice(ADDRESS.byteSize()));
    return result.get(ADDRESS, 0);
  }

  /** Searches the segments, each going on with its connection. Returns bytes per second. */
  double scan(IpsTraffic traffic) {
    long start = System.nanoTime();
    for (int i = 0; i < IpsTraffic.PACKETS; i++) {
      MemorySegment payload = traffic.memory().asSlice(IpsTraffic.payload(i), IpsTraffic.PAYLOAD);
      try {
        int status =
            (int)
                scan.invokeExact(
                    streams[i % streams.length],
                    payload,
                    IpsTraffic.PAYLOAD,
                    0,
                    scratch,
                    onMatch,
                    MemorySegment.NULL);
        check(status);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return IpsTraffic.PACKETS * (double) IpsTraffic.PAYLOAD / seconds;
  }

  /** Matches so far. */
  long matches() {
    return matches;
  }

  private MemorySegment onMatch() {
    try {
      MethodHandle counted =
          MethodHandles.lookup()
              .findVirtual(
                  Hyperscan.class,
                  "matched",
                  MethodType.methodType(
                      int.class, int.class, long.class, long.class, int.class, MemorySegment.class))
              .bindTo(this);
      return LINKER.upcallStub(
          counted,
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS),
          arena);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Called by the library; 0 asks it to go on. */
  @SuppressWarnings("unused") // the signature is the library's
  private int matched(int id, long from, long to, int flags, MemorySegment context) {
    matches++;
    return 0;
  }

  private MethodHandle function(String name, ValueLayout... arguments) {
    return LINKER.downcallHandle(
        library.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static void call(MethodHandle function, Object... arguments) {
    try {
      check((int) function.invokeWithArguments(arguments));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void check(int status) {
    if (status != 0) {
      throw new IllegalStateException("Hyperscan answered " + status);
    }
  }

  @Override
  public void close() {
    MethodHandle close = function("hs_close_stream", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    for (MemorySegment stream : streams) {
      call(close, stream, scratch, MemorySegment.NULL, MemorySegment.NULL);
    }
    call(function("hs_free_scratch", ADDRESS), scratch);
    call(function("hs_free_database", ADDRESS), database);
    arena.close();
  }
}

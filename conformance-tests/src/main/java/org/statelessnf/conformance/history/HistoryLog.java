package org.statelessnf.conformance.history;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/**
 * Where one client records its operations, before and after each. In a file it survives the end of
 * the process, {@code kill -9} included: the file is mapped, and mapped memory belongs to the
 * kernel. Not thread-safe.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  | 0 free, 1 invoked, 2 complete                                 |  0
 *  +---------------------------------------------------------------+
 *  | client                                                        |  4
 *  +---------------------------------------------------------------+
 *  | key                                                           |  8
 *  +---------------------------------------------------------------+
 *  | operation                     | outcome                       | 12
 *  +---------------------------------------------------------------+
 *  | invoke, complete, expected, written, version, seen            | 16
 *  | (64 bits each)                                                |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class HistoryLog implements AutoCloseable {
  private static final int ENTRY_BYTES = 64;
  private static final int STATE = 0;
  private static final int CLIENT = 4;
  private static final int KEY = 8;
  private static final int OPERATION = 12;
  private static final int OUTCOME = 14;
  private static final int INVOKE = 16;
  private static final int COMPLETE = 24;
  private static final int EXPECTED = 32;
  private static final int WRITTEN = 40;
  private static final int VERSION = 48;
  private static final int SEEN = 56;
  private static final int INVOKED = 1;
  private static final int DONE = 2;

  private final Arena arena;
  private final MemorySegment memory;
  private final int client;
  private final long capacity;
  private long used;

  private HistoryLog(Arena arena, MemorySegment memory, int client) {
    this.arena = arena;
    this.memory = memory;
    this.client = client;
    this.capacity = memory.byteSize() / ENTRY_BYTES;
  }

  /**
   * A log in memory.
   *
   * @param client number of the client, for people
   * @param capacity operations it has room for
   */
  @SuppressWarnings("MustBeClosedChecker") // closed with the log
  public static HistoryLog inMemory(int client, int capacity) {
    Arena arena = Arena.ofShared();
    return new HistoryLog(arena, arena.allocate((long) capacity * ENTRY_BYTES, 8), client);
  }

  /**
   * A log in a new file.
   *
   * @param client number of the client, for people
   * @param capacity operations it has room for
   * @param file does not exist yet
   */
  @SuppressWarnings("MustBeClosedChecker") // closed with the log
  public static HistoryLog inFile(int client, int capacity, Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      long size = (long) capacity * ENTRY_BYTES;
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
      return new HistoryLog(arena, mapped, client);
    } catch (IOException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads the log of a client that may have been killed.
   *
   * @param file written by {@link #inFile}
   */
  public static List<Operation> read(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    }
  }

  /** Whether there is room for so many more. */
  public boolean hasRoom(int operations) {
    return used + operations <= capacity;
  }

  /**
   * Records an operation that is about to be submitted.
   *
   * @param key which record
   * @param op what
   * @param invoke {@link System#nanoTime}
   * @param expected see {@link Operation}
   * @param written see {@link Operation}
   * @return its number in this log
   */
  public long invoke(int key, Op op, long invoke, long expected, long written) {
    long at = used * ENTRY_BYTES;
    set(at + CLIENT, client);
    set(at + KEY, key);
    memory.set(ValueLayout.JAVA_SHORT, at + OPERATION, (short) op.code());
    memory.set(ValueLayout.JAVA_SHORT, at + OUTCOME, (short) Outcome.UNKNOWN.code());
    set(at + INVOKE, invoke);
    set(at + COMPLETE, Operation.NEVER);
    set(at + EXPECTED, expected);
    set(at + WRITTEN, written);
    set(at + VERSION, 0L);
    set(at + SEEN, Operation.NOTHING);
    set(at + STATE, INVOKED);
    return used++;
  }

  /**
   * Records an answer.
   *
   * @param number from {@link #invoke}
   * @param complete {@link System#nanoTime}
   * @param outcome what came back
   * @param version see {@link Operation}
   * @param seen see {@link Operation}
   */
  public void complete(long number, long complete, Outcome outcome, long version, long seen) {
    long at = number * ENTRY_BYTES;
    memory.set(ValueLayout.JAVA_SHORT, at + OUTCOME, (short) outcome.code());
    set(at + COMPLETE, outcome == Outcome.UNKNOWN ? Operation.NEVER : complete);
    set(at + VERSION, version);
    set(at + SEEN, seen);
    set(at + STATE, DONE);
  }

  /** What was recorded so far. */
  public List<Operation> operations() {
    return read(memory);
  }

  @Override
  public void close() {
    arena.close();
  }

  private static List<Operation> read(MemorySegment memory) {
    List<Operation> operations = new ArrayList<>();
    for (long at = 0; at + ENTRY_BYTES <= memory.byteSize(); at += ENTRY_BYTES) {
      int state = memory.get(ValueLayout.JAVA_INT, at + STATE);
      if (state == 0) {
        break;
      }
      // An answer that was recorded by half is an answer that nobody got.
      boolean done = state == DONE;
      operations.add(
          new Operation(
              memory.get(ValueLayout.JAVA_INT, at + CLIENT),
              memory.get(ValueLayout.JAVA_INT, at + KEY),
              Op.values()[memory.get(ValueLayout.JAVA_SHORT, at + OPERATION)],
              done
                  ? Outcome.values()[memory.get(ValueLayout.JAVA_SHORT, at + OUTCOME)]
                  : Outcome.UNKNOWN,
              number(memory, at + INVOKE),
              done ? number(memory, at + COMPLETE) : Operation.NEVER,
              number(memory, at + EXPECTED),
              number(memory, at + WRITTEN),
              done ? number(memory, at + VERSION) : 0,
              done ? number(memory, at + SEEN) : Operation.NOTHING));
    }
    return operations;
  }

  private void set(long at, int value) {
    memory.set(ValueLayout.JAVA_INT, at, value);
  }

  private void set(long at, long value) {
    memory.set(ValueLayout.JAVA_LONG, at, value);
  }

  private static long number(MemorySegment memory, long at) {
    return memory.get(ValueLayout.JAVA_LONG, at);
  }
}

package org.statelessnf.io.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Lets the calling thread see another process id than the process has, for drivers that make a
 * number of it which must be nobody else's. By a filter of the kernel's (seccomp) that answers
 * {@code getpid} for that thread alone, and cannot be taken off again: for a thread that then does
 * one thing and ends.
 *
 * <pre>
 *   load  the system call's number       struct seccomp_data.nr
 *   getpid?  no: allow
 *            yes: answer -N              SECCOMP_RET_ERRNO | N; getpid knows no errors
 * </pre>
 */
final class PretendedProcessId {
  /** Greatest number that can be pretended; the id is its negative. */
  static final int MAX = 4_095;

  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_SET_SECCOMP = 22;
  private static final long SECCOMP_MODE_FILTER = 2;
  private static final int SECCOMP_RET_ALLOW = 0x7fff_0000;
  private static final int SECCOMP_RET_ERRNO = 0x0005_0000;
  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;
  private static final int INSTRUCTIONS = 4;
  private static final int INSTRUCTION_BYTES = 8;
  private static final long FILTER_ADDRESS = 8;
  private static final FunctionDescriptor PRCTL =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private PretendedProcessId() {}

  /** Number of the system call, -1 where it is not known. */
  private static int getpid() {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64" -> 39;
      case "aarch64" -> 172;
      default -> -1;
    };
  }

  /**
   * From now on, the calling thread's process id is {@code -number}.
   *
   * @param number 1 to {@value #MAX}
   * @return whether the kernel has agreed to it
   */
  static boolean take(int number) {
    int getpid = getpid();
    if (getpid < 0) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment filter = arena.allocate((long) INSTRUCTIONS * INSTRUCTION_BYTES, 8);
      put(filter, 0, LOAD_WORD, 0, 0);
      put(filter, 1, JUMP_IF_EQUAL, 1, getpid);
      put(filter, 2, RETURN, 0, SECCOMP_RET_ERRNO | number);
      put(filter, 3, RETURN, 0, SECCOMP_RET_ALLOW);
      MemorySegment program = arena.allocate(2 * ADDRESS.byteSize(), 8);
      program.set(JAVA_INT, 0, INSTRUCTIONS);
      program.set(ADDRESS, FILTER_ADDRESS, filter);
      // Without privileges, the kernel asks for the first before it grants the second.
      return prctl(PR_SET_NO_NEW_PRIVS, 1, 0)
          && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program.address());
    }
  }

  /**
   * Writes an instruction: u16 what, u8 jump if true (0, the next), u8 jump if false, u32 operand.
   */
  private static void put(MemorySegment filter, int index, int what, int jumpIfFalse, int operand) {
    long at = (long) index * INSTRUCTION_BYTES;
    filter.set(JAVA_INT, at, what | jumpIfFalse << 24);
    filter.set(JAVA_INT, at + 4, operand);
  }

  private static boolean prctl(int option, long first, long second) {
    Linker linker = Linker.nativeLinker();
    MethodHandle prctl =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("prctl"), PRCTL, Linker.Option.firstVariadicArg(1));
    try {
      return (int) prctl.invokeExact(option, first, second, 0L, 0L) == 0;
    } catch (Throwable e) {
      throw BurstCalls.unexpected(e);
    }
  }
}

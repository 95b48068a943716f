package org.statelessnf.host.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A switch's ports as a process, for kernels without VLAN devices: frames from an access port go
 * out tagged by a trunk; on the way back the tag is taken off, and frames without it are dropped.
 * The kernel does it, by two small BPF programs per pair, which are gone when the process is.
 *
 * <p>Arguments: the VLAN, then pairs of interfaces, access port and trunk.
 */
@SuppressWarnings("restricted") // bpf is a system call without a library of its own
final class VlanSwitch {
  private static final long SYS_BPF = "aarch64".equals(System.getProperty("os.arch")) ? 280 : 321;
  private static final long PROGRAM_LOAD = 5;
  private static final long LINK_CREATE = 28;
  private static final int SCHEDULER_CLASS = 3;
  private static final int TCX_INGRESS = 46;
  private static final long ATTRIBUTES_BYTES = 128;
  private static final int INSTRUCTION_BYTES = 8;

  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int LOAD_WORD = 0x61;
  private static final int MOVE = 0xb7;
  private static final int AND = 0x57;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int JUMP_IF_NOT_EQUAL = 0x55;
  private static final int VLAN_PUSH = 18;
  private static final int VLAN_POP = 19;
  private static final int REDIRECT = 23;
  private static final int VLAN_PRESENT = 20;
  private static final int VLAN_TAG = 24;
  private static final int TPID_AS_ON_THE_WIRE = 0x0081;
  private static final int DROP = 2;

  private VlanSwitch() {}

  public static void main(String[] args) throws Exception {
    int vlan = Integer.parseInt(args[0]);
    for (int i = 1; i < args.length; i += 2) {
      attach(push(vlan, index(args[i + 1])), index(args[i]));
      attach(pop(vlan, index(args[i])), index(args[i + 1]));
    }
    System.err.println("switching");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static int index(String device) throws Exception {
    return Integer.parseInt(Files.readString(Path.of("/sys/class/net", device, "ifindex")).strip());
  }

  /** r1 is the frame; r2 and on are arguments, and r0 is the result. */
  private static List<Long> push(int vlan, int trunk) {
    return List.of(
        code(MOVE, 2, 0, 0, TPID_AS_ON_THE_WIRE),
        code(MOVE, 3, 0, 0, vlan),
        code(CALL, 0, 0, 0, VLAN_PUSH),
        code(MOVE, 1, 0, 0, trunk),
        code(MOVE, 2, 0, 0, 0),
        code(CALL, 0, 0, 0, REDIRECT),
        code(EXIT, 0, 0, 0, 0));
  }

  private static List<Long> pop(int vlan, int access) {
    return List.of(
        code(LOAD_WORD, 2, 1, VLAN_PRESENT, 0),
        code(JUMP_IF_EQUAL, 2, 0, 8, 0),
        code(LOAD_WORD, 2, 1, VLAN_TAG, 0),
        code(AND, 2, 0, 0, 0xfff),
        code(JUMP_IF_NOT_EQUAL, 2, 0, 5, vlan),
        code(CALL, 0, 0, 0, VLAN_POP),
        code(MOVE, 1, 0, 0, access),
        code(MOVE, 2, 0, 0, 0),
        code(CALL, 0, 0, 0, REDIRECT),
        code(EXIT, 0, 0, 0, 0),
        code(MOVE, 0, 0, 0, DROP),
        code(EXIT, 0, 0, 0, 0));
  }

  /** An instruction: u8 operation, two registers of 4 bits, s16 offset, s32 immediate value. */
  private static long code(int operation, int target, int source, int offset, int value) {
    return operation | target << 8 | source << 12 | (long) offset << 16 | (long) value << 32;
  }

  private static void attach(List<Long> program, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate((long) program.size() * INSTRUCTION_BYTES, 8);
      for (int i = 0; i < program.size(); i++) {
        code.setAtIndex(JAVA_LONG, i, program.get(i));
      }
      MemorySegment load = arena.allocate(ATTRIBUTES_BYTES, 8);
      load.set(JAVA_INT, 0, SCHEDULER_CLASS);
      load.set(JAVA_INT, 4, program.size());
      load.set(ADDRESS, 8, code);
      load.set(ADDRESS, 16, arena.allocateFrom("Apache-2.0"));
      MemorySegment link = arena.allocate(ATTRIBUTES_BYTES, 8);
      link.set(JAVA_INT, 0, bpf(PROGRAM_LOAD, load));
      link.set(JAVA_INT, 4, device);
      link.set(JAVA_INT, 8, TCX_INGRESS);
      bpf(LINK_CREATE, link);
    }
  }

  /** A file descriptor, which stays open as long as the process. */
  private static int bpf(long command, MemorySegment attributes) {
    Linker linker = Linker.nativeLinker();
    MethodHandle call =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));
    try (Arena arena = Arena.ofConfined()) {
      MemoryLayout state = Linker.Option.captureStateLayout();
      MemorySegment errno = arena.allocate(state);
      long result = (long) call.invokeExact(errno, SYS_BPF, command, attributes, ATTRIBUTES_BYTES);
      if (result < 0) {
        throw new IllegalStateException("bpf " + command + ": error " + errno.get(JAVA_INT, 0));
      }
      return (int) result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }
}

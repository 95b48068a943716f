package org.statelessnf.io.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Calls of DPDK's functions by name, for what is not done per packet. Any thread. */
final class NativeCalls {
  private static final FunctionDescriptor TEXT_OF_NOTHING = FunctionDescriptor.of(ADDRESS);
  private static final FunctionDescriptor TEXT_OF_NUMBER = FunctionDescriptor.of(ADDRESS, JAVA_INT);
  private static final int LONGEST_TEXT = 1_024;

  private final DpdkLibrary library;
  private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();

  NativeCalls(DpdkLibrary library) {
    this.library = library;
  }

  int integer(String function, FunctionDescriptor type, Object... arguments) {
    return (int) call(function, type, arguments);
  }

  MemorySegment address(String function, FunctionDescriptor type, Object... arguments) {
    return (MemorySegment) call(function, type, arguments);
  }

  void nothing(String function, FunctionDescriptor type, Object... arguments) {
    invoke(function, type, arguments);
  }

  /** What a function without arguments says. */
  String text(String function) {
    return text(address(function, TEXT_OF_NOTHING));
  }

  /** The calling thread's {@code rte_errno} in words. */
  String errorText() {
    return errorText(library.symbol("per_lcore__rte_errno").reinterpret(4).get(JAVA_INT, 0));
  }

  /** An error number in words. */
  String errorText(int number) {
    return text(address("rte_strerror", TEXT_OF_NUMBER, number));
  }

  private static String text(MemorySegment text) {
    return text.reinterpret(LONGEST_TEXT).getString(0);
  }

  private Object call(String function, FunctionDescriptor type, Object... arguments) {
    Object result = invoke(function, type, arguments);
    if (result == null) {
      throw new AssertionError(function + " returned nothing");
    }
    return result;
  }

  private Object invoke(String function, FunctionDescriptor type, Object... arguments) {
    MethodHandle handle =
        handles.computeIfAbsent(
            function, name -> Linker.nativeLinker().downcallHandle(library.symbol(name), type));
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }
}

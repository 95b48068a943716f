package org.statelessnf.io.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** One thread is lied to about the process id, until it ends; all others are not. */
class PretendedProcessIdTest {
  private static final int NUMBER = 4_000;

  @Test
  void shouldChangeTheProcessIdForOneThreadAlone() {
    int own = processId();
    try (ControlThread stranger = new ControlThread("stranger")) {
      boolean granted = stranger.call(() -> PretendedProcessId.take(NUMBER));
      Assumptions.assumeTrue(granted, "SKIPPED: no seccomp filters here");
      assertThat(stranger.call(PretendedProcessIdTest::processId)).isEqualTo(-NUMBER);
      assertThat(processId()).isEqualTo(own);
      // The last one taken counts.
      assertThat(stranger.call(() -> PretendedProcessId.take(1))).isTrue();
      assertThat(stranger.call(PretendedProcessIdTest::processId)).isEqualTo(-1);
    }
    assertThat(ProcessHandle.current().pid()).isEqualTo(own);
  }

  private static int processId() {
    Linker linker = Linker.nativeLinker();
    MethodHandle getpid =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("getpid"), FunctionDescriptor.of(JAVA_INT));
    try {
      return (int) getpid.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }
}

package org.statelessnf.store.ramcloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native side under AddressSanitizer, which finds leaks too, and UndefinedBehaviorSanitizer. A
 * JVM does not run under them, so a C driver takes its place.
 */
class SanitizerTest {
  private static final String SANITIZERS = "-fsanitize=address,undefined";

  @Test
  void shouldStayWithinBoundsAndLeakNothing(@TempDir Path directory) throws IOException {
    Compiler.require();
    Path empty = Files.writeString(directory.resolve("empty.c"), "int main(void) { return 0; }\n");
    Path program = directory.resolve("empty");
    Compiler.Output probe =
        Compiler.execute(List.of("gcc", SANITIZERS, "-o", program.toString(), empty.toString()));
    Assumptions.assumeTrue(probe.status() == 0, "SKIPPED: gcc has no sanitizers here");

    Path jdk = Path.of(System.getProperty("java.home"), "include");
    Path standin = directory.resolve("standin.so");
    Path driver = directory.resolve("driver");
    Compiler.run(
        List.of(
            SANITIZERS,
            "-g",
            "-fPIC",
            "-shared",
            "-pthread",
            "-o",
            standin.toString(),
            Compiler.TESTS.resolve("standin.c").toString()));
    Compiler.run(
        List.of(
            SANITIZERS,
            "-fno-sanitize-recover=all",
            "-g",
            "-I" + jdk,
            "-I" + jdk.resolve("linux"),
            "-o",
            driver.toString(),
            Compiler.TESTS.resolve("driver.c").toString(),
            "-ldl"));
    Path cluster = Files.createFile(directory.resolve("cluster.shm"));
    Compiler.Output output =
        Compiler.execute(List.of(driver.toString(), standin.toString(), cluster.toString()));
    assertThat(output.text()).contains("driver: done").doesNotContain("ERROR");
    assertThat(output.status()).as(output.text()).isZero();
  }
}

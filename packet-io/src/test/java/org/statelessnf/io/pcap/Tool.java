package org.statelessnf.io.pcap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Runs other people's programs, to compare with. A test that needs a missing one is skipped. */
final class Tool {
  private Tool() {}

  /** Lines of standard output; what the program says to its user is dropped. */
  static List<String> run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      Assumptions.abort("SKIPPED: " + command[0] + " is not installed");
      throw e;
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output.lines().toList();
  }
}

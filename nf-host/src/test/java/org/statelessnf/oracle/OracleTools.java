package org.statelessnf.oracle;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.statelessnf.host.Traces;

/** What the comparison with the kernel needs: tests without it are skipped and say why. */
final class OracleTools {
  private static final List<String> COMMANDS =
      List.of(
          "bash",
          "unshare",
          "ip",
          "ethtool",
          "nft",
          "conntrack",
          "sysctl",
          "tcpprep",
          "tcprewrite",
          "tcpreplay",
          "tcpdump",
          "capinfos");

  private OracleTools() {}

  /** Where commands are looked for: sbin is not on every path. */
  static String path() {
    String path = System.getenv("PATH");
    String sbin = "/usr/local/sbin:/usr/sbin:/sbin";
    return path == null ? sbin + ":/usr/bin:/bin" : path + ":" + sbin;
  }

  /** The script, if everything that it needs is there; else skips the test. */
  static Path script() {
    Path script = Traces.directory().resolveSibling("oracle").resolve("nft_replay.sh");
    Assumptions.assumeTrue(Files.isReadable(script), () -> "SKIPPED: no script " + script);
    List<String> missing = COMMANDS.stream().filter(command -> !isFound(command)).toList();
    Assumptions.assumeTrue(missing.isEmpty(), () -> "SKIPPED: commands not found: " + missing);
    String refusal = namespaceRefusal();
    Assumptions.assumeTrue(
        refusal.isEmpty(), () -> "SKIPPED: no network namespaces with nftables: " + refusal);
    return script;
  }

  private static boolean isFound(String command) {
    for (String directory : path().split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, command))) {
        return true;
      }
    }
    return false;
  }

  /** Why connection tracking cannot be had in a namespace of one's own; empty if it can. */
  private static String namespaceRefusal() {
    ProcessBuilder builder =
        new ProcessBuilder(
            "unshare",
            "--net",
            "nft",
            "add table ip t; add chain ip t c { type filter hook forward priority 0; };"
                + " add rule ip t c ct state new drop");
    builder.environment().put("PATH", path());
    try {
      Process process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroy();
        return "no answer";
      }
      return process.exitValue() == 0 ? "" : said.isEmpty() ? "exit " + process.exitValue() : said;
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }
}

package org.statelessnf.io.dpdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What DPDK's environment is started with. One core for its main thread, which then does nothing
 * but wait; huge pages if enough of them are free; nothing that two processes could fall over.
 *
 * <pre>
 *   -l CORE --no-telemetry --log-level=CRITICAL --file-prefix=snfPID
 *   --in-memory                        with huge pages
 *   --no-huge -m MEGABYTES --no-shconf without
 *   --no-pci | -a ADDRESS…             no device is touched that was not asked for
 *   $SNF_DPDK_EAL                      last, so that it wins
 * </pre>
 */
final class EalArguments {
  /** Further arguments, separated by spaces. */
  static final String VARIABLE = "SNF_DPDK_EAL";

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern FREE_PAGES = Pattern.compile("HugePages_Free:\\s+([0-9]+)");
  private static final Pattern PAGE_SIZE = Pattern.compile("Hugepagesize:\\s+([0-9]+) kB");
  private static final Pattern CORES = Pattern.compile("Cpus_allowed_list:\\s+([0-9]+)");

  /** DPDK's own needs. */
  private static final long OWN_BYTES = 96L << 20;

  private static final long LEAST_BYTES = 256L << 20;

  private EalArguments() {}

  /**
   * The arguments for this machine.
   *
   * @param poolBytes what the pools will need
   * @param devices URIs of the devices that are asked for
   */
  static List<String> of(long poolBytes, List<DpdkUri> devices) {
    return of(poolBytes, devices, read(MEMORY), read(STATUS), System.getenv(VARIABLE), processId());
  }

  static List<String> of(
      long poolBytes,
      List<DpdkUri> devices,
      String memory,
      String status,
      @Nullable String more,
      long processId) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-l");
    arguments.add(Long.toString(number(CORES, status)));
    arguments.add("--no-telemetry");
    arguments.add("--log-level=3");
    arguments.add("--file-prefix=snf" + processId);
    long bytes = Math.max(LEAST_BYTES, poolBytes + OWN_BYTES);
    if (number(FREE_PAGES, memory) * (number(PAGE_SIZE, memory) << 10) >= bytes) {
      arguments.add("--in-memory");
    } else {
      arguments.addAll(List.of("--no-huge", "-m", Long.toString(bytes >> 20), "--no-shconf"));
    }
    if (devices.stream().noneMatch(DpdkUri::isPci)) {
      arguments.add("--no-pci");
    }
    for (DpdkUri device : devices) {
      if (device.isPci()) {
        arguments.add("-a");
        List<String> named = new ArrayList<>(List.of(device.device()));
        named.addAll(device.arguments());
        arguments.add(String.join(",", named));
      }
    }
    if (more != null && !more.isBlank()) {
      arguments.addAll(List.of(more.strip().split("\\s+")));
    }
    return arguments;
  }

  private static long processId() {
    return ProcessHandle.current().pid();
  }

  /** First number that the pattern finds, 0 if there is none. */
  private static long number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new DpdkException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}

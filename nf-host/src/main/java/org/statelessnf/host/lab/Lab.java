package org.statelessnf.host.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.statelessnf.io.dpdk.Dpdk;

/**
 * Namespaces, the links between them and the processes in them. {@link #close} ends the processes
 * and removes the rest; if the process ends by a signal, so does the lab. One thread.
 *
 * <p>Names carry the process id, so labs of several processes do not meet.
 */
public final class Lab implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final long END_SECONDS = 10;

  /** Requests for a neighbour, one a second. */
  private static final int PATIENCE = 60;

  private final String prefix =
      "snf" + ProcessHandle.current().pid() + "-" + NEXT.getAndIncrement() + "-";
  private final List<Namespace> namespaces = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final Path directory;
  private final Thread hook = new Thread(this::end, "snf-lab");
  private @Nullable Path memory;
  private boolean optimizing;
  private boolean ended;

  private Lab(Path directory) {
    this.directory = directory;
  }

  /**
   * An empty lab.
   *
   * @throws LabException if this machine cannot have one; see {@link #missing}
   */
  public static Lab open() {
    String missing = missing();
    if (missing != null) {
      throw new LabException(missing);
    }
    try {
      Lab lab = new Lab(Files.createTempDirectory("snf-lab-"));
      Runtime.getRuntime().addShutdownHook(lab.hook);
      return lab;
    } catch (IOException e) {
      throw new LabException("no directory for the lab: " + e.getMessage(), e);
    }
  }

  /**
   * What a lab lacks on this machine, with the further commands that its user needs.
   *
   * @return one line, or null if nothing is missing
   */
  public static @Nullable String missing(String... commands) {
    if (!"root".equals(System.getProperty("user.name"))) {
      return "network namespaces need root";
    }
    List<String> absent = new ArrayList<>();
    for (String command :
        Stream.concat(Stream.of("ip", "ethtool", "nft", "sysctl"), Stream.of(commands)).toList()) {
      if (!Commands.isFound(command)) {
        absent.add(command);
      }
    }
    if (!absent.isEmpty()) {
      return "commands not found: " + String.join(", ", absent);
    }
    String noDpdk = Dpdk.missing();
    return noDpdk != null ? noDpdk : Refusal.TEXT;
  }

  /** Whether namespaces and veth pairs can be made; tried once. */
  private static final class Refusal {
    static final @Nullable String TEXT = attempt();

    private static @Nullable String attempt() {
      String name = "snf" + ProcessHandle.current().pid() + "-try";
      Commands.Result made = Commands.call(List.of("ip", "netns", "add", name));
      if (made.exitCode() != 0) {
        return "no network namespaces: " + made.output().lines().findFirst().orElse("");
      }
      try {
        Commands.Result pair =
            Commands.call(
                List.of(
                    "ip", "-n", name, "link", "add", "v0", "type", "veth", "peer", "name", "v1"));
        return pair.exitCode() == 0
            ? null
            : "no veth pairs: " + pair.output().lines().findFirst().orElse("");
      } finally {
        Commands.run(List.of("ip", "netns", "del", name));
      }
    }
  }

  /**
   * Lets the {@code snf} processes started from now on compile as well as they can: for
   * measurements. Else they start quickly, on cores that others need, and live for seconds.
   */
  public Lab optimizing() {
    optimizing = true;
    return this;
  }

  boolean isOptimizing() {
    return optimizing;
  }

  /** A directory of the lab's own, removed with it. */
  public Path directory() {
    return directory;
  }

  /** A directory in shared memory, if there is such a thing, removed with the lab. */
  public Path sharedMemory() {
    if (memory == null) {
      Path shared = Path.of("/dev/shm");
      try {
        memory =
            Files.isWritable(shared)
                ? Files.createTempDirectory(shared, "snf-lab-")
                : Files.createTempDirectory("snf-lab-");
      } catch (IOException e) {
        throw new LabException("no room for a store: " + e.getMessage(), e);
      }
    }
    return memory;
  }

  /** Makes a namespace whose kernel routes and filters nothing unasked. */
  public Namespace namespace(String name) {
    Namespace space = new Namespace(this, prefix + name);
    Commands.run(List.of("ip", "netns", "add", space.name()));
    namespaces.add(space);
    space.run(
        "sysctl",
        "-q",
        "-w",
        "net.ipv6.conf.default.accept_dad=0",
        "net.ipv6.conf.default.router_solicitations=0",
        "net.ipv4.conf.all.rp_filter=0",
        "net.ipv4.conf.default.rp_filter=0",
        "net.ipv4.conf.all.arp_ignore=1",
        "net.ipv4.conf.default.arp_ignore=1");
    space.sh("ip link set lo up");
    return space;
  }

  /** A namespace in which only snf speaks: its interfaces have no addresses at all. */
  public Namespace silentNamespace(String name) {
    Namespace space = namespace(name);
    space.run("sysctl", "-q", "-w", "net.ipv6.conf.default.disable_ipv6=1");
    return space;
  }

  /**
   * Joins two namespaces by a veth pair, both ends up, transmit offload off: what is to pass a user
   * space program must have its checksums.
   */
  public void join(Namespace left, String leftName, Namespace right, String rightName) {
    join(left, List.of(leftName), right, rightName);
  }

  /** Joins two namespaces; the left end is one that has words of its own for {@code ip link}. */
  void join(Namespace left, List<String> leftEnd, Namespace right, String rightName) {
    String leftName = leftEnd.getFirst();
    List<String> command = new ArrayList<>(List.of("ip", "link", "add"));
    command.addAll(leftEnd);
    command.addAll(List.of("netns", left.name(), "type", "veth"));
    command.addAll(List.of("peer", "name", rightName, "netns", right.name()));
    Commands.run(command);
    left.run("ethtool", "-K", leftName, "tx", "off");
    right.run("ethtool", "-K", rightName, "tx", "off");
    bringUp(left, leftName);
    bringUp(right, rightName);
  }

  /** Its kernel asks for neighbours longer than for 3 s: who shall answer may have no core yet. */
  private static void bringUp(Namespace space, String device) {
    for (String version : List.of("ipv4", "ipv6")) {
      space.sh(
          "sysctl -q -e -w net." + version + ".neigh." + device + ".mcast_solicit=" + PATIENCE);
    }
    space.sh("ip link set " + device + " up");
  }

  void ends(Process process) {
    processes.add(process);
  }

  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    for (Process process : processes) {
      // Itself before its children: a master would replace a worker that it loses.
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
    for (Process process : processes) {
      try {
        process.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).join();
      } catch (CompletionException e) {
        throw new LabException("process " + process.pid() + " does not end", e);
      }
    }
    for (Namespace space : namespaces) {
      Commands.run(List.of("ip", "netns", "del", space.name()));
    }
    remove(directory);
    if (memory != null) {
      remove(memory);
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new LabException("cannot remove " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Ends all processes and removes all namespaces. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      assert ended; // shutting down: the hook finds nothing left to do
    }
  }
}

package org.statelessnf.io.dpdk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * DPDK's shared libraries. Their names end in the number of the binary interface, which {@link
 * DpdkAbi} must know.
 */
final class DpdkLibrary {
  /** Directory to look in, instead of where the system's loader looks. */
  static final String DIRECTORY_VARIABLE = "SNF_DPDK_LIBS";

  private static final List<String> NAMES =
      List.of("librte_eal", "librte_ethdev", "librte_mbuf", "librte_mempool");
  private static final List<Path> USUAL_DIRECTORIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib/aarch64-linux-gnu"),
          Path.of("/usr/lib64"),
          Path.of("/usr/local/lib"),
          Path.of("/usr/local/lib/x86_64-linux-gnu"),
          Path.of("/usr/local/lib64"));
  private static final Pattern EAL_FILE = Pattern.compile("librte_eal\\.so\\.([0-9]{1,4})");

  private final DpdkAbi abi;
  private final SymbolLookup lookup;

  private DpdkLibrary(DpdkAbi abi, SymbolLookup lookup) {
    this.abi = abi;
    this.lookup = lookup;
  }

  /**
   * Loads the libraries, of the newest known interface that is there.
   *
   * @param directory where they are; null for where the system's loader looks
   * @throws DpdkException if there are none, or only unknown ones: one line that says so
   */
  static DpdkLibrary load(@Nullable Path directory) {
    for (int major : DpdkAbi.known()) {
      Optional<SymbolLookup> eal = open(directory, NAMES.getFirst(), major);
      if (eal.isPresent()) {
        return new DpdkLibrary(DpdkAbi.of(major), others(directory, eal.get(), major));
      }
    }
    for (Path place : directory == null ? USUAL_DIRECTORIES : List.of(directory)) {
      for (int major : interfacesIn(place)) {
        DpdkAbi.of(major); // says that it is not known
      }
    }
    throw new DpdkException(
        "DPDK is not installed: there is no librte_eal.so."
            + DpdkAbi.known().getLast()
            + " to ."
            + DpdkAbi.known().getFirst()
            + (directory == null ? "" : " in " + directory)
            + " (docs/dpdk.md says what to install)");
  }

  private static SymbolLookup others(@Nullable Path directory, SymbolLookup eal, int major) {
    SymbolLookup all = eal;
    for (String name : NAMES.subList(1, NAMES.size())) {
      SymbolLookup one =
          open(directory, name, major)
              .orElseThrow(() ->
                  new DpdkException(
                      "DPDK is not installed completely: there is no "
                          + file(name, major)
                          + " beside "
                          + file(NAMES.getFirst(), major)));
      all = all.or(one);
    }
    return all;
  }

  private static Optional<SymbolLookup> open(@Nullable Path directory, String name, int major) {
    try {
      String file = file(name, major);
      return Optional.of(
          directory == null
              ? SymbolLookup.libraryLookup(file, Arena.global())
              : SymbolLookup.libraryLookup(directory.resolve(file), Arena.global()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // this is how it says that there is no such library
    }
  }

  private static String file(String name, int major) {
    return name + ".so." + major;
  }

  private static List<Integer> interfacesIn(Path directory) {
    List<Integer> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        files.forEach(file -> {
          Matcher name = EAL_FILE.matcher(file.getFileName().toString());
          if (name.matches()) {
            found.add(Integer.parseInt(name.group(1)));
          }
        });
      } catch (IOException e) {
        throw new DpdkException("cannot look for DPDK in " + directory + ": " + e.getMessage(), e);
      }
    }
    return found;
  }

  DpdkAbi abi() {
    return abi;
  }

  /** An exported function or variable; a thread-local variable is the calling thread's. */
  MemorySegment symbol(String name) {
    return lookup
        .find(name)
        .orElseThrow(() -> new DpdkException("this DPDK has no symbol " + name));
  }
}

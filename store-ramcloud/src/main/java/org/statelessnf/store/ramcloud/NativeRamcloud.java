package org.statelessnf.store.ramcloud;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.StoreConfigException;

/**
 * The native side, {@code snf_ramcloud.c}, and how it and RAMCloud's own library are found. What
 * takes a {@code client} may block for ever, and is called by the one thread that connected it.
 */
final class NativeRamcloud {
  static final String LIBRARY_VARIABLE = "SNF_RAMCLOUD_LIB";

  private static final String LIBRARY = "libramcloud.so";
  private static final String SHIM = "linux-x86_64/libsnf_ramcloud.so";
  private static final String HOW =
      "set %s or the option library to the path of RAMCloud's %s, or put it where java.library.path"
              .formatted(LIBRARY_VARIABLE, LIBRARY)
          + " or the loader looks";

  private static final Map<String, Long> LOADED = new HashMap<>();
  private static boolean shimLoaded;

  private NativeRamcloud() {}

  /**
   * Loads RAMCloud's library, once per process and path. It stays loaded.
   *
   * @param option path that the URI gives, or null
   * @return its functions, for {@link #connect}
   * @throws StoreConfigException one line that says what is missing
   */
  static synchronized long library(@Nullable String option) {
    loadShim();
    List<String> candidates = candidates(option);
    String failure = "";
    for (String path : candidates) {
      Long known = LOADED.get(path);
      if (known != null) {
        return known;
      }
      long[] api = new long[1];
      String message = load(path, api);
      if (message == null) {
        LOADED.put(path, api[0]);
        return api[0];
      }
      failure = message.lines().findFirst().orElse("");
    }
    throw new StoreConfigException(
        "RAMCloud's client library cannot be loaded (%s): %s".formatted(failure, HOW));
  }

  private static List<String> candidates(@Nullable String option) {
    if (option != null) {
      return List.of(option);
    }
    String variable = System.getenv(LIBRARY_VARIABLE);
    if (variable != null && !variable.isBlank()) {
      return List.of(variable);
    }
    List<String> list = new ArrayList<>();
    for (String directory : System.getProperty("java.library.path", "").split(":", -1)) {
      Path file = Path.of(directory, LIBRARY);
      if (!directory.isEmpty() && Files.isRegularFile(file)) {
        list.add(file.toString());
      }
    }
    list.add(LIBRARY); // the loader looks for itself
    return list;
  }

  private static void loadShim() {
    if (shimLoaded) {
      return;
    }
    String machine =
        System.getProperty("os.name").toLowerCase(Locale.ROOT)
            + "-"
            + System.getProperty("os.arch").replace("amd64", "x86_64");
    if (!machine.equals("linux-x86_64")) {
      throw new StoreConfigException("ramcloud: works on linux-x86_64, this is " + machine);
    }
    try (InputStream in = NativeRamcloud.class.getResourceAsStream(SHIM)) {
      if (in == null) {
        throw new StoreConfigException(
            "this build has no native part for RAMCloud: there was no C compiler; install gcc and"
                + " the C library's headers, and build store-ramcloud anew");
      }
      Path file = Files.createTempFile("snf-ramcloud-", ".so");
      try {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        System.load(file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new StoreConfigException(
          "the native part for RAMCloud cannot be loaded: " + e.getMessage(), e);
    }
    shimLoaded = true;
  }

  private static native @Nullable String load(String path, long[] api);

  /** Where the library logs, for all clients of the process: a file. */
  static native void logFile(long api, String path);

  /** A client, or a negative status. Only the cluster's address is looked at. */
  static native long connect(long api, String locator, String cluster);

  static native void disconnect(long client);

  /** Creates a table unless it is there; a status, and the table's number in {@code id[0]}. */
  static native int openTable(long client, String name, int span, long[] id);

  /**
   * Executes requests ({@link Requests}); nanoseconds that the longest multi-operation took which
   * changes something.
   */
  static native long run(long client, long requests, int count);

  static native long scanOpen(long client, long table);

  /**
   * The next keys, each as length and bytes, filled up to a multiple of 8: their number, 0 at the
   * end, or a negative status.
   */
  static native int scanNext(long client, long scan, long buffer, int room, int longest, int max);

  static native void scanClose(long client, long scan);

  /** The operating system's number of the calling thread. */
  static native int threadId();

  /** So many more calls were given up; -1 when one has come back. */
  static native void givenUp(int more);

  /** Lets everybody else go before a thread that sits in a call that was given up. */
  static native void demote(int threadId);
}

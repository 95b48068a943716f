package org.statelessnf.host;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a command runs, for reports. */
public final class HostFacts {
  private HostFacts() {}

  /** Processors, heap and operating system. */
  public static String host() {
    Runtime runtime = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "%d processors, %d MiB heap at most, %s %s %s",
        runtime.availableProcessors(),
        runtime.maxMemory() >> 20,
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"));
  }

  /** Name and version of the Java virtual machine. */
  public static String jvm() {
    return System.getProperty("java.vm.name") + " " + Runtime.version();
  }

  /** Version of this project. */
  public static String version() {
    @Nullable String version = HostFacts.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }
}

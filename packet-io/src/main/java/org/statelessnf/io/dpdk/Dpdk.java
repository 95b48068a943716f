package org.statelessnf.io.dpdk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether DPDK is there. Any thread. */
public final class Dpdk {
  private Dpdk() {}

  /** The process's one environment; looked for when first asked. */
  private static final class Holder {
    static final Eal EAL = find(System.getenv(DpdkLibrary.DIRECTORY_VARIABLE));
  }

  static Eal eal() {
    return Holder.EAL;
  }

  /** Loads the libraries of a directory, or the system's; what stands in if there are none. */
  static Eal find(@Nullable String directory) {
    try {
      return new FfmEal(DpdkLibrary.load(directory == null ? null : Path.of(directory)));
    } catch (DpdkException e) {
      return new MissingEal(String.valueOf(e.getMessage()));
    }
  }

  /** Whether ports can be opened at all. */
  public static boolean isInstalled() {
    return !(eal() instanceof MissingEal);
  }

  /** One line on what is missing; null if nothing is. */
  public static @Nullable String missing() {
    return eal() instanceof MissingEal missing ? missing.reason() : null;
  }
}

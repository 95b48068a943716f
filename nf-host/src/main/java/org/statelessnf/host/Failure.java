package org.statelessnf.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.lab.LabException;
import org.statelessnf.host.replay.ReplayException;
import org.statelessnf.io.dpdk.DpdkConfigException;
import org.statelessnf.io.dpdk.DpdkException;
import org.statelessnf.io.pcap.CaptureFormatException;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreException;
import org.statelessnf.store.StoreUnavailableException;

/**
 * What is said about an exception, and how the command ends because of it.
 *
 * @param line one line
 * @param exitCode an {@link ExitCode}
 */
public record Failure(String line, int exitCode) {

  /**
   * Finds the words for an exception.
   *
   * @param thrown whatever ended a command
   */
  public static Failure of(Throwable thrown) {
    if (thrown instanceof UncheckedIOException wrapped && wrapped.getCause() != null) {
      return of(wrapped.getCause());
    }
    return new Failure(oneLine(text(thrown)), exitCode(thrown));
  }

  private static int exitCode(Throwable thrown) {
    return switch (thrown) {
      case UsageException e -> ExitCode.USAGE;
      case CaptureFormatException e -> ExitCode.USAGE;
      case StoreConfigException e -> ExitCode.USAGE;
      case DpdkConfigException e -> ExitCode.USAGE;
      case StoreUnavailableException e -> ExitCode.STORE_UNREACHABLE;
      case ReplayException e -> causeCode(e.getCause());
      default -> ExitCode.RUNTIME;
    };
  }

  private static int causeCode(@Nullable Throwable cause) {
    return cause == null ? ExitCode.RUNTIME : exitCode(cause);
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return switch (thrown) {
      case UsageException e -> String.valueOf(message);
      case StoreException e -> String.valueOf(message);
      case DpdkException e -> String.valueOf(message);
      case LabException e -> String.valueOf(message);
      case UncheckedIOException e -> String.valueOf(message);
      case ReplayException e -> {
        Throwable cause = e.getCause();
        yield cause == null ? String.valueOf(message) : message + ": " + text(cause);
      }
      case IOException e ->
          e.getClass() == IOException.class || e instanceof CaptureFormatException
              ? String.valueOf(message)
              : e.toString();
      case OutOfMemoryError e -> "out of memory (" + message + "); SNF_JAVA_OPTS=-Xmx… gives more";
      default -> "internal error: " + thrown;
    };
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}

package org.statelessnf.nf.packet;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Captures for tests: read in place from the folder named by the system property {@code snf.traces}
 * or the variable {@code SNF_TRACES}, else from {@code ../shared/traces} beside the project. The
 * readers here know just enough of pcap and pcapng for that.
 */
public final class Captures {
  /** One captured frame. */
  public static final class Frame {
    public final byte[] bytes;
    public final int wireLength;
    public final int linkType;

    /** Nanoseconds since the epoch; 0 for pcapng, whose times are not read. */
    public final long timestampNanos;

    Frame(byte[] bytes, int wireLength, int linkType, long timestampNanos) {
      this.bytes = bytes;
      this.wireLength = wireLength;
      this.linkType = linkType;
      this.timestampNanos = timestampNanos;
    }
  }

  private static final int BLOCK_INTERFACE = 1;
  private static final int BLOCK_SIMPLE = 3;
  private static final int BLOCK_ENHANCED = 6;

  private Captures() {}

  /** The folder; skips the test, saying so, if there is none. */
  static Path folder() {
    String named = System.getProperty("snf.traces", System.getenv("SNF_TRACES"));
    Path folder =
        named != null ? Path.of(named) : root().resolveSibling("shared").resolve("traces");
    if (!Files.isDirectory(folder)) {
      abort(
          "SKIPPED: no captures at "
              + folder
              + "; name their folder with -Dsnf.traces or SNF_TRACES");
    }
    return folder;
  }

  /** All captures below the folder, in a fixed order. */
  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(folder())) {
      List<Path> captures =
          files
              .filter(f -> f.toString().endsWith(".pcap") || f.toString().endsWith(".pcapng"))
              .sorted()
              .toList();
      if (captures.isEmpty()) {
        abort("SKIPPED: no capture files below " + folder());
      }
      return captures;
    }
  }

  /** A file or folder below the folder. */
  public static Path file(String name) {
    return folder().resolve(name);
  }

  /** The frames of a capture below the folder. */
  public static List<Frame> read(String name) throws IOException {
    return read(folder().resolve(name));
  }

  /** The frames of a capture. */
  public static List<Frame> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
    return in.getInt(0) == 0x0a0d0d0a ? pcapng(in) : pcap(in);
  }

  private static List<Frame> pcap(ByteBuffer in) {
    int magic = in.getInt(0);
    boolean big = magic == 0xa1b2c3d4 || magic == 0xa1b23c4d;
    in.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean nanos = (in.getInt(0) & 0xffff) == 0x3c4d;
    int linkType = in.getInt(20) & 0xffff;
    List<Frame> frames = new ArrayList<>();
    int at = 24;
    while (at + 16 <= in.limit()) {
      int captured = Math.min(in.getInt(at + 8), in.limit() - at - 16);
      long fraction = (in.getInt(at + 4) & 0xffff_ffffL) * (nanos ? 1 : 1_000);
      long timestamp = (in.getInt(at) & 0xffff_ffffL) * 1_000_000_000L + fraction;
      frames.add(new Frame(bytes(in, at + 16, captured), in.getInt(at + 12), linkType, timestamp));
      at += 16 + captured;
    }
    return frames;
  }

  private static List<Frame> pcapng(ByteBuffer in) {
    List<Frame> frames = new ArrayList<>();
    List<Integer> linkTypes = new ArrayList<>();
    int at = 0;
    while (at + 12 <= in.limit()) {
      if (in.getInt(at) == 0x0a0d0d0a) {
        in.order(ByteOrder.BIG_ENDIAN);
        boolean big = in.getInt(at + 8) == 0x1a2b3c4d;
        in.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        linkTypes.clear();
      }
      int type = in.getInt(at);
      int length = in.getInt(at + 4);
      if (type == BLOCK_INTERFACE) {
        linkTypes.add(in.getShort(at + 8) & 0xffff);
      } else if (type == BLOCK_ENHANCED) {
        int linkType = linkTypes.get(in.getInt(at + 8));
        byte[] bytes = bytes(in, at + 28, in.getInt(at + 20));
        frames.add(new Frame(bytes, in.getInt(at + 24), linkType, 0));
      } else if (type == BLOCK_SIMPLE) {
        int captured = Math.min(in.getInt(at + 8), length - 16);
        frames.add(new Frame(bytes(in, at + 12, captured), in.getInt(at + 8), linkTypes.get(0), 0));
      }
      at += length;
    }
    return frames;
  }

  private static byte[] bytes(ByteBuffer in, int at, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    return bytes;
  }

  /** The project's root: the topmost folder above the working one that holds a pom.xml. */
  private static Path root() {
    Path root = Path.of("").toAbsolutePath();
    for (@Nullable Path p = root; p != null; p = p.getParent()) {
      if (Files.exists(p.resolve("pom.xml"))) {
        root = p;
      }
    }
    return root;
  }
}

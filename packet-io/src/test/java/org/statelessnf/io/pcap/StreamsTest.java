package org.statelessnf.io.pcap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standard input and output, pipes, and paths that are no files. */
class StreamsTest {
  @TempDir private Path directory;

  /** What runs in the process that {@link #shouldCopyStandardInputToStandardOutput} starts. */
  static final class Copy {
    private Copy() {}

    public static void main(String[] arguments) throws IOException {
      CaptureWriterTest.copy(Path.of("-"), Path.of("-"));
    }
  }

  @Test
  void shouldCopyStandardInputToStandardOutput() throws Exception {
    byte[] capture = capture(20_000);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Copy.class.getName())
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    CompletableFuture<byte[]> output =
        CompletableFuture.supplyAsync(() -> {
          try {
            return process.getInputStream().readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    try (OutputStream input = process.getOutputStream()) {
      input.write(capture);
    }
    assertThat(process.waitFor())
        .as(() -> "exit code; " + text(directory.resolve("stderr")))
        .isZero();
    List<Frame> copied = Frame.all(output.get());
    assertThat(copied).hasSize(20_000).isEqualTo(Frame.all(capture));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void shouldReadNamedPipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    Tool.run("mkfifo", pipe.toString());
    byte[] capture = capture(1_000);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> {
          try {
            Files.write(pipe, capture);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    try (CaptureReader reader = CaptureReader.open(pipe)) {
      assertThat(reader.totalBytes()).isEqualTo(-1);
      assertThat(Frame.all(reader)).hasSize(1_000);
      assertThat(reader.bytesRead()).isEqualTo(capture.length);
    }
    writing.get();
    assertThatThrownBy(() -> CaptureSummary.scan(Path.of("/dev/null")))
        .isInstanceOf(CaptureFormatException.class);
  }

  @Test
  void shouldSayInOneLineWhyAFileCannotBeRead() throws IOException {
    Path missing = directory.resolve("missing.pcap");
    assertRefused(missing, missing + ": no such file");
    assertRefused(directory, directory + ": is a directory");
    Path empty = Files.createFile(directory.resolve("empty"));
    assertRefused(empty, empty + ": not a capture file (empty)");
    Path text = Files.writeString(directory.resolve("text"), "no capture");
    assertRefused(text, text + ": not a capture file (starts with 0x6e6f2063)");
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> CaptureReader.open(file))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessage(message);
  }

  /** Frames are handed out as they arrive, not when the stream ends. */
  @Test
  void shouldNotWaitForMoreThanTheNextFrame() throws IOException {
    Pipe pipe = Pipe.open();
    byte[] capture = capture(3);
    pipe.sink().write(ByteBuffer.wrap(capture, 0, 24 + 2 * 116));
    try (CaptureReader reader = CaptureReader.open(pipe.source(), "pipe", -1)) {
      CapturedFrame frame = new CapturedFrame();
      assertThat(reader.next(frame)).isTrue();
      assertThat(reader.next(frame)).isTrue();
      pipe.sink().write(ByteBuffer.wrap(capture, 24 + 2 * 116, 116));
      assertThat(reader.next(frame)).isTrue();
      pipe.sink().close();
      assertThat(reader.next(frame)).isFalse();
      assertThat(reader.truncatedTail()).isFalse();
    }
  }

  @Test
  void shouldRefuseChannelThatDoesNotBlock() throws IOException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    assertThatThrownBy(() -> CaptureReader.open(pipe.source(), "pipe", -1))
        .isInstanceOf(IOException.class)
        .hasMessage("pipe: the channel to read from is not in blocking mode");
    pipe.sink().close();
  }

  private static byte[] capture(int frames) {
    CaptureBytes capture = CaptureBytes.littleEndian().pcapHeader(0xA1B23C4D, 1);
    for (int i = 0; i < frames; i++) {
      capture.record(i, i, CaptureBytes.data(100, i));
    }
    return capture.toArray();
  }
}

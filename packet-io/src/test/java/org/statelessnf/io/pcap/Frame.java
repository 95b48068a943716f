package org.statelessnf.io.pcap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.nf.packet.Packet;

/** What a reader delivered, kept; the data as a buffer because buffers compare by content. */
record Frame(
    ByteBuffer data, int wireLength, long timestampNanos, boolean timestamped, int linkType) {

  static Frame of(CapturedFrame frame) {
    MemorySegment data = frame.memory().asSlice(frame.offset(), frame.length());
    return new Frame(
        ByteBuffer.wrap(data.toArray(ValueLayout.JAVA_BYTE)),
        frame.wireLength(),
        frame.timestampNanos(),
        frame.timestamped(),
        frame.linkType());
  }

  static ByteBuffer of(Packet packet) {
    MemorySegment data = packet.memory().asSlice(packet.offset(), packet.length());
    return ByteBuffer.wrap(data.toArray(ValueLayout.JAVA_BYTE));
  }

  int length() {
    return data.remaining();
  }

  static List<Frame> all(Path file) throws IOException {
    try (CaptureReader reader = CaptureReader.open(file)) {
      return all(reader);
    }
  }

  static List<Frame> all(byte[] capture) throws IOException {
    try (CaptureReader reader = reader(capture)) {
      return all(reader);
    }
  }

  static List<Frame> all(CaptureReader reader) throws IOException {
    List<Frame> frames = new ArrayList<>();
    CapturedFrame frame = new CapturedFrame();
    while (reader.next(frame)) {
      frames.add(of(frame));
    }
    return frames;
  }

  /** Reads {@code capture} under the name {@code test}. */
  static CaptureReader reader(byte[] capture) throws IOException {
    InputStream stream = new ByteArrayInputStream(capture);
    return CaptureReader.open(Channels.newChannel(stream), "test", capture.length);
  }
}

package org.statelessnf.host.replay;

import java.io.IOException;
import org.statelessnf.io.pcap.CaptureWriter;
import org.statelessnf.nf.packet.Packet;

/** Writes packets to a capture file, each with its own time stamp and link type. */
public final class CaptureFileSink implements FrameSink {
  private final CaptureWriter writer;

  /**
   * Makes the sink.
   *
   * @param writer stays the caller's, who closes it
   */
  public CaptureFileSink(CaptureWriter writer) {
    this.writer = writer;
  }

  @Override
  public void write(Packet packet) throws IOException {
    writer.write(
        packet.memory(),
        packet.offset(),
        packet.length(),
        Math.max(packet.wireLength(), packet.length()),
        packet.timestampNanos(),
        packet.linkType());
  }

  @Override
  public void flush() throws IOException {
    writer.flush();
  }
}

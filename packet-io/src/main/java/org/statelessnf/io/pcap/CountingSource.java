package org.statelessnf.io.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A channel that knows how many bytes were read from it. */
final class CountingSource implements ReadableByteChannel {
  private final ReadableByteChannel channel;
  private long count;

  CountingSource(ReadableByteChannel channel) {
    this.channel = channel;
  }

  long count() {
    return count;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int read = channel.read(target);
    if (read > 0) {
      count += read;
    }
    return read;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

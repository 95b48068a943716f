package org.statelessnf.io.pcap;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.LinkType;

/**
 * The frame a {@link CaptureReader} stands on. Made once by the caller, overwritten by each {@link
 * CaptureReader#next}.
 *
 * <p>{@link #memory()} belongs to the reader: the frame's bytes are valid until the next call of
 * {@code next} or {@code close} on that reader. Not thread-safe.
 */
public final class CapturedFrame {
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int length;
  private int wireLength;
  private long timestampNanos;
  private boolean timestamped;
  private int linkType;
  private int interfaceId;
  private long number;
  private long fileOffset;

  void set(MemorySegment memory, long offset, int length, long wireLength) {
    this.memory = memory;
    this.offset = offset;
    this.length = length;
    this.wireLength = Math.clamp(wireLength, length, Integer.MAX_VALUE);
  }

  void setTime(long timestampNanos, boolean timestamped) {
    this.timestampNanos = timestampNanos;
    this.timestamped = timestamped;
  }

  void setOrigin(int linkType, int interfaceId, long number, long fileOffset) {
    this.linkType = linkType;
    this.interfaceId = interfaceId;
    this.number = number;
    this.fileOffset = fileOffset;
  }

  /** The reader's off-heap window that holds the frame. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where in {@link #memory()} the frame starts; no alignment is promised. */
  public long offset() {
    return offset;
  }

  /** Captured bytes, 0 to {@link CaptureReader#MAX_FRAME_BYTES}. */
  public int length() {
    return length;
  }

  /**
   * Bytes the frame had on the wire. Never less than {@link #length()}: a file that claims so is
   * read as a frame captured whole.
   */
  public int wireLength() {
    return wireLength;
  }

  /**
   * Nanoseconds since 1970-01-01T00:00Z, cut to 0 … {@link Long#MAX_VALUE} (the year 2262). A frame
   * that carries none ({@link #timestamped()}) repeats the highest one before it.
   */
  public long timestampNanos() {
    return timestampNanos;
  }

  /** False for the frames of pcapng Simple Packet Blocks, which have no time stamp. */
  public boolean timestamped() {
    return timestamped;
  }

  /** One of the constants of {@link LinkType}. */
  public int linkType() {
    return linkType;
  }

  /** The pcapng interface within its section; 0 in a pcap file. */
  public int interfaceId() {
    return interfaceId;
  }

  /** The frame's number in the file, from 1, as other programs count. */
  public long number() {
    return number;
  }

  /** Where the frame's record or block starts in the (uncompressed) file. */
  public long fileOffset() {
    return fileOffset;
  }

  @Override
  public String toString() {
    return "CapturedFrame[number="
        + number
        + ", length="
        + length
        + "/"
        + wireLength
        + ", timestampNanos="
        + timestampNanos
        + ", linkType="
        + LinkTypes.describe(linkType)
        + ", interfaceId="
        + interfaceId
        + ", fileOffset="
        + fileOffset
        + "]";
  }
}

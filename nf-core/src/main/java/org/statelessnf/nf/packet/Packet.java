package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A reusable handle of one frame in off-heap memory: where its bytes are, when and where it came
 * in, and what {@link PacketParser} found in it.
 *
 * <p><b>Ownership.</b> A handle has one owner at a time: a port until {@code receive} returns it,
 * then the caller, until it gives the handle to {@code transmit}, {@code free} or {@link
 * #release()}. Only the owner touches the handle or its memory. Handing over between threads needs
 * a queue or another happens-before edge; the handle itself has no synchronization.
 *
 * <p><b>Memory.</b> {@link #memory()} may be much larger than the frame (a whole pool, or all of
 * native memory for a driver's buffers), so its bounds protect nothing. What protects is the
 * parser: if the status is {@link ParseStatus#OK}, every header that it reports lies within {@link
 * #length()} bytes from {@link #offset()}.
 */
public final class Packet extends PacketHeaders {
  private final @Nullable PacketOwner owner;
  private final int slot;
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int length;
  private int wireLength;
  private long timestampNanos;
  private int linkType = LinkType.ETHERNET;
  private int ingressPort;
  private long nativeHandle;
  private long arrivalNanos;
  private boolean fromInside;
  private int tag;

  /** A handle that belongs to no pool; {@link #release()} does nothing. */
  public Packet() {
    this(null, 0);
  }

  /**
   * A handle of a pool.
   *
   * @param owner takes the packet back on {@link #release()}
   * @param slot the owner's own number for this handle
   */
  public Packet(@Nullable PacketOwner owner, int slot) {
    this.owner = owner;
    this.slot = slot;
    clear();
  }

  /**
   * Points the handle at a frame. The status becomes {@link ParseStatus#UNPARSED}, and until the
   * frame is parsed its results mean nothing. Port, direction, tag and native handle stay.
   *
   * @param memory off-heap memory that holds the frame; it stays the caller's
   * @param offset first byte of the frame in {@code memory}
   * @param length captured bytes
   * @param wireLength bytes that were on the wire, at least {@code length}
   * @param timestampNanos packet time, nanoseconds since 1970-01-01T00:00Z
   */
  // The same segment, not an equal one, saves the write.
  @SuppressWarnings("MemorySegmentReferenceEquality")
  public void wrap(
      MemorySegment memory, long offset, int length, int wireLength, long timestampNanos) {
    if (this.memory != memory) { // nearly never: a reference written costs the collector's barrier
      this.memory = memory;
    }
    this.offset = offset;
    this.length = length;
    this.wireLength = wireLength;
    this.timestampNanos = timestampNanos;
    forget();
  }

  /** The pool or port that the buffer goes back to; null for a handle made by hand. */
  public @Nullable PacketOwner owner() {
    return owner;
  }

  /** The owner's number for this handle. */
  public int slot() {
    return slot;
  }

  /** Gives the packet back to its owner, if it has one. The caller must not use it afterwards. */
  public void release() {
    if (owner != null) {
      owner.release(this);
    }
  }

  /** The memory that holds the frame, and usually others. */
  public MemorySegment memory() {
    return memory;
  }

  /** First byte of the frame in {@link #memory()}. */
  public long offset() {
    return offset;
  }

  /** Captured bytes of the frame. */
  public int length() {
    return length;
  }

  /**
   * Sets the frame's length after it was cut or grown in place. Parse results stay as they were:
   * parse again if headers moved.
   */
  public void length(int length) {
    this.length = length;
  }

  /** Bytes that the frame had on the wire. */
  public int wireLength() {
    return wireLength;
  }

  /** Sets the length on the wire. */
  public void wireLength(int wireLength) {
    this.wireLength = wireLength;
  }

  /** Packet time: nanoseconds since 1970-01-01T00:00Z, from the capture or from the driver. */
  public long timestampNanos() {
    return timestampNanos;
  }

  /** Sets the packet time, nanoseconds since 1970-01-01T00:00Z. */
  public void timestampNanos(long timestampNanos) {
    this.timestampNanos = timestampNanos;
  }

  /** A {@link LinkType}. */
  public int linkType() {
    return linkType;
  }

  /** Sets the {@link LinkType}; the receiving port does, before the packet is parsed. */
  public void linkType(int linkType) {
    this.linkType = linkType;
  }

  /** Number of the port that received the packet, as the engine counts its ports. */
  public int ingressPort() {
    return ingressPort;
  }

  /** Sets the number of the receiving port. */
  public void ingressPort(int ingressPort) {
    this.ingressPort = ingressPort;
  }

  /** The driver's own buffer behind the frame (a DPDK mbuf address); 0 if there is none. */
  public long nativeHandle() {
    return nativeHandle;
  }

  /** Sets the driver's buffer. */
  public void nativeHandle(long nativeHandle) {
    this.nativeHandle = nativeHandle;
  }

  /** {@link System#nanoTime()} when the port handed the packet out; latencies count from here. */
  public long arrivalNanos() {
    return arrivalNanos;
  }

  /** Sets the arrival time. */
  public void arrivalNanos(long arrivalNanos) {
    this.arrivalNanos = arrivalNanos;
  }

  /** Direction: true if the packet came from the protected side. */
  public boolean fromInside() {
    return fromInside;
  }

  /** Sets the direction. */
  public void fromInside(boolean fromInside) {
    this.fromInside = fromInside;
  }

  /** A number that is the engine's, for whatever it likes. */
  public int tag() {
    return tag;
  }

  /** Sets the engine's number. */
  public void tag(int tag) {
    this.tag = tag;
  }

  /** Position of the layer-3 header in {@link #memory()}; only if {@link #l3Offset()} is not -1. */
  public long l3Start() {
    return offset + l3Offset;
  }

  /**
   * Position of the transport header in {@link #memory()}; only if {@link #l4Offset()} is not -1.
   */
  public long l4Start() {
    return offset + l4Offset;
  }

  /** Position of the payload in {@link #memory()}; only if {@link #payloadOffset()} is not -1. */
  public long payloadStart() {
    return offset + payloadOffset;
  }

  /**
   * Position of the IP header quoted by an ICMP error; only if {@link #innerL3Offset()} is not -1.
   */
  public long innerL3Start() {
    return offset + innerL3Offset;
  }

  /** Position of the quoted transport header; only if {@link #innerL4Offset()} is not -1. */
  public long innerL4Start() {
    return offset + innerL4Offset;
  }

  /** For people: {@code tcp 10.0.0.1:4242 > 1.2.3.4:80 [S] payload 0, frame 60}. */
  @Override
  public String toString() {
    return PacketText.describe(this);
  }
}

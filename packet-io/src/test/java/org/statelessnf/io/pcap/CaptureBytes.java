package org.statelessnf.io.pcap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Builds captures byte by byte, in either byte order and as wrong as a test likes. Shares nothing
 * with the code under test, its constants included.
 */
final class CaptureBytes {
  private static final int CAPACITY = 16 << 20;

  private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);

  CaptureBytes(ByteOrder order) {
    bytes.order(order);
  }

  static CaptureBytes littleEndian() {
    return new CaptureBytes(ByteOrder.LITTLE_ENDIAN);
  }

  static CaptureBytes bigEndian() {
    return new CaptureBytes(ByteOrder.BIG_ENDIAN);
  }

  /** {@code length} bytes that differ from each other and from those of other seeds. */
  static byte[] data(int length, int seed) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (i * 7 + seed);
    }
    return data;
  }

  /** Changes the byte order of what follows. */
  CaptureBytes order(ByteOrder order) {
    bytes.order(order);
    return this;
  }

  CaptureBytes pcapHeader(int magic, int linkType) {
    return pcapHeader(magic, 2, 4, linkType);
  }

  CaptureBytes pcapHeader(int magic, int major, int minor, int linkType) {
    bytes.putInt(magic).putShort((short) major).putShort((short) minor);
    bytes.putInt(0).putInt(0).putInt(65535).putInt(linkType);
    return this;
  }

  CaptureBytes record(long seconds, long fraction, byte[] data) {
    return record(seconds, fraction, data.length, data.length, data);
  }

  CaptureBytes record(long seconds, long fraction, long captured, long wire, byte[] data) {
    bytes.putInt((int) seconds).putInt((int) fraction).putInt((int) captured).putInt((int) wire);
    bytes.put(data);
    return this;
  }

  /** Section Header Block, version 1.0, length unknown. */
  CaptureBytes section() {
    return section(1, 0);
  }

  CaptureBytes section(int major, int minor) {
    return block(
        0x0A0D0D0A,
        buffer(16).putInt(0x1A2B3C4D).putShort((short) major).putShort((short) minor).putLong(-1));
  }

  CaptureBytes interfaceBlock(int linkType, int snapLength, byte[]... options) {
    int length = 8 + Arrays.stream(options).mapToInt(option -> option.length).sum();
    ByteBuffer body = buffer(length).putShort((short) linkType).putShort((short) 0);
    body.putInt(snapLength);
    for (byte[] option : options) {
      body.put(option);
    }
    return block(1, body);
  }

  byte[] option(int code, byte... value) {
    ByteBuffer option = buffer(4 + (value.length + 3) / 4 * 4);
    return whole(option.putShort((short) code).putShort((short) value.length).put(value));
  }

  byte[] timeResolution(int value) {
    return option(9, (byte) value);
  }

  byte[] timeOffset(long seconds) {
    return option(14, whole(buffer(8).putLong(seconds)));
  }

  CaptureBytes enhancedPacket(int interfaceId, long ticks, byte[] data) {
    return enhancedPacket(interfaceId, ticks, data.length, data.length, data);
  }

  CaptureBytes enhancedPacket(int interfaceId, long ticks, long captured, long wire, byte[] data) {
    ByteBuffer body = buffer(20 + (data.length + 3) / 4 * 4);
    body.putInt(interfaceId).putInt((int) (ticks >>> 32)).putInt((int) ticks);
    body.putInt((int) captured).putInt((int) wire).put(data);
    return block(6, body);
  }

  CaptureBytes obsoletePacket(int interfaceId, long ticks, byte[] data) {
    ByteBuffer body = buffer(20 + (data.length + 3) / 4 * 4);
    body.putShort((short) interfaceId).putShort((short) 7);
    body.putInt((int) (ticks >>> 32)).putInt((int) ticks);
    body.putInt(data.length).putInt(data.length).put(data);
    return block(2, body);
  }

  CaptureBytes simplePacket(long wire, byte[] data) {
    ByteBuffer body = buffer(4 + (data.length + 3) / 4 * 4);
    return block(3, body.putInt((int) wire).put(data));
  }

  /** A block of {@code body}'s whole array. */
  CaptureBytes block(int type, ByteBuffer body) {
    int length = body.capacity() + 12;
    return block(type, length, whole(body), length);
  }

  CaptureBytes block(int type, int length, byte[] body, int trailer) {
    bytes.putInt(type).putInt(length).put(body).putInt(trailer);
    return this;
  }

  CaptureBytes raw(byte... more) {
    bytes.put(more);
    return this;
  }

  int size() {
    return bytes.position();
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** All of {@code buffer}, written or not. */
  private static byte[] whole(ByteBuffer buffer) {
    byte[] whole = new byte[buffer.capacity()];
    buffer.get(0, whole);
    return whole;
  }

  ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(bytes.order());
  }
}

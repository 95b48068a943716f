package org.statelessnf.nf.packet;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.statelessnf.nf.testing.FrameBuilder;

/** The decoders, for Jazzer; see docs/hardening.md. Without it, the committed inputs only. */
class PacketFuzzTest {
  private static final int[] LINKS = {
    LinkType.ETHERNET,
    LinkType.RAW_IP,
    LinkType.RAW_IPV4,
    LinkType.RAW_IPV6,
    LinkType.LINUX_SLL,
    LinkType.LINUX_SLL2,
    9,
  };

  /** The first byte is the link type, the others are the frame. */
  @FuzzTest(maxDuration = "2m")
  void frame(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] frame = Arrays.copyOfRange(data, 1, data.length);
    Packet packet = FrameBuilder.packet(frame, 0, true);
    packet.linkType(LINKS[(data[0] & 0xff) % LINKS.length]);
    PacketParser.parse(packet);
    Invariants.check(packet);
    Invariants.use(packet, MemorySegment.ofArray(new byte[FlowKeys.MAX_LENGTH]));
    if (packet.toString().isEmpty()) {
      throw new AssertionError("no text");
    }
    recompute(packet);
  }

  private static void recompute(Packet packet) {
    if (packet.parseStatus() == ParseStatus.OK && Checksum.recompute(packet)) {
      if (Checksum.verifyTransport(packet) == Checksum.INVALID
          || (packet.ipVersion() == 4 && Checksum.verifyIpv4Header(packet) != Checksum.VALID)) {
        throw new AssertionError("checksums computed anew are wrong: " + packet);
      }
    }
  }

  /** Options as the header length says, all that is read of them. */
  @FuzzTest(maxDuration = "2m")
  void tcpOptions(byte[] data) {
    int options = Math.min(40, data.length & ~3);
    byte[] header = new byte[20 + options];
    header[12] = (byte) (header.length << 2);
    System.arraycopy(data, 0, header, 20, options);
    MemorySegment memory = MemorySegment.ofArray(header);
    int length = header.length;
    TcpOptions.isWellFormed(memory, 0, length);
    TcpOptions.maximumSegmentSize(memory, 0, length);
    TcpOptions.windowScale(memory, 0, length);
    TcpOptions.sackPermitted(memory, 0, length);
    long timestamps = TcpOptions.timestamps(memory, 0, length);
    if (timestamps >= 0) {
      TcpOptions.timestampValue(memory, timestamps);
      TcpOptions.timestampEcho(memory, timestamps);
    }
    long sack = TcpOptions.sack(memory, 0, length);
    for (int i = 0; sack >= 0 && i < TcpOptions.sackBlocks(memory, sack); i++) {
      TcpOptions.sackLeft(memory, sack, i);
      TcpOptions.sackRight(memory, sack, i);
    }
    long option = TcpOptions.first(memory, 0, length);
    for (int steps = 0; option >= 0; steps++) {
      if (steps > 40) {
        throw new AssertionError("options without end");
      }
      TcpOptions.kind(memory, option);
      TcpOptions.length(memory, option);
      option = TcpOptions.next(memory, 0, length, option);
    }
  }

  /** Addresses and blocks: what is taken can be written and read again. */
  @FuzzTest(maxDuration = "2m")
  void addresses(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      CidrSet set = CidrSet.parse(text);
      if (!CidrSet.parse(set.toString()).toString().equals(set.toString())) {
        throw new AssertionError("'" + text + "' became " + set);
      }
    } catch (IllegalArgumentException e) {
      refused(e);
    }
    try {
      Addresses.parse(text);
    } catch (IllegalArgumentException e) {
      refused(e);
    }
  }

  /** A key of another program's making as text. */
  @FuzzTest(maxDuration = "2m")
  void flowKeyText(byte[] data) {
    if (FlowKeys.format(data).isEmpty()) {
      throw new AssertionError("no text");
    }
  }

  private static void refused(IllegalArgumentException e) {
    if (e.getMessage() == null || e.getMessage().isEmpty()) {
      throw new AssertionError("no reason given", e);
    }
  }
}

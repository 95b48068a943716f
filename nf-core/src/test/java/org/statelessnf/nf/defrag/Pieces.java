package org.statelessnf.nf.defrag;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.ReferenceChecksum;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** Packets cut to fragments, plainly, and fragments of any kind. */
final class Pieces {
  static final long START = 1_700_000_000_000_000_000L;
  static final String INSIDE = "10.0.0.1";
  static final String OUTSIDE = "198.51.100.7";
  static final String INSIDE_6 = "fd00::1";
  static final String OUTSIDE_6 = "2001:db8::1";
  static final int IP = 14;
  private static final int IPV6_HEADER = 40;

  private Pieces() {}

  /** A UDP packet with so many random bytes. */
  static FrameBuilder udp(boolean v6, int bytes, long seed) {
    byte[] payload = new byte[bytes];
    new Random(seed).nextBytes(payload);
    return FrameBuilder.udp(v6 ? INSIDE_6 : INSIDE, 4000, v6 ? OUTSIDE_6 : OUTSIDE, 53)
        .payload(payload)
        .at(START);
  }

  /** All fragments of a whole packet, in order; {@code size} is a multiple of 8. */
  static List<Packet> cut(Packet whole, int size, int id) {
    List<Packet> fragments = new ArrayList<>();
    int length = data(whole).length;
    for (int from = 0; from < length; from += size) {
      int to = Math.min(length, from + size);
      fragments.add(piece(whole, from, to, to < length, id));
    }
    return fragments;
  }

  /** A fragment with some of the data behind the whole packet's IP header. */
  static Packet piece(Packet whole, int from, int to, boolean more, int id) {
    return piece(whole, Arrays.copyOfRange(data(whole), from, to), from, more, id);
  }

  /** A fragment with any data. */
  static Packet piece(Packet whole, byte[] data, int offset, boolean more, int id) {
    byte[] frame = FrameBuilder.bytes(whole);
    boolean v4 = whole.ipVersion() == 4;
    int before = v4 ? IP + 20 : IP + IPV6_HEADER;
    int headers = v4 ? before : before + 8;
    byte[] made = Arrays.copyOf(Arrays.copyOf(frame, before), headers + data.length);
    System.arraycopy(data, 0, made, headers, data.length);
    int field = offset / 8;
    if (v4) {
      put16(made, IP + 2, 20 + data.length);
      put16(made, IP + 4, id);
      put16(made, IP + 6, field | (more ? 0x2000 : 0));
      checksum(made);
    } else {
      put16(made, IP + 4, 8 + data.length);
      made[before] = made[IP + 6];
      made[IP + 6] = 44;
      put16(made, before + 2, field << 3 | (more ? 1 : 0));
      put16(made, before + 6, id);
    }
    return FrameBuilder.packet(made, whole.timestampNanos(), whole.fromInside());
  }

  /** The frame that the fragments of a packet make. */
  static byte[] expected(Packet whole, int id) {
    byte[] frame = FrameBuilder.bytes(whole);
    if (whole.ipVersion() == 4) {
      put16(frame, IP + 4, id);
      checksum(frame);
    }
    return frame;
  }

  /** Another time. */
  static Packet at(Packet packet, long nanos) {
    return FrameBuilder.packet(FrameBuilder.bytes(packet), nanos, packet.fromInside());
  }

  static List<Defrag> instances(int count, DefragConfig config) {
    List<Defrag> instances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      instances.add(new Defrag(config));
    }
    return instances;
  }

  static SequentialRunner runner() {
    return new SequentialRunner(instances(3, DefragConfig.defaults()));
  }

  /** Runs packets and returns the frames that came out, of packets that passed and emitted ones. */
  static List<byte[]> run(SequentialRunner runner, List<Packet> packets) {
    List<byte[]> out = new ArrayList<>();
    for (Packet packet : packets) {
      Verdict verdict = runner.run(packet);
      verdict.before().forEach(f -> out.add(f.bytes()));
      if (verdict.passes()) {
        out.add(FrameBuilder.bytes(packet));
      }
      verdict.after().forEach(f -> out.add(f.bytes()));
    }
    return out;
  }

  static byte[] data(Packet whole) {
    byte[] ip = FrameBuilder.ipPacket(whole);
    return Arrays.copyOfRange(ip, whole.ipVersion() == 4 ? 20 : IPV6_HEADER, ip.length);
  }

  private static void checksum(byte[] frame) {
    put16(frame, IP + 10, 0);
    put16(frame, IP + 10, ReferenceChecksum.of(Arrays.copyOfRange(frame, IP, IP + 20)));
  }

  private static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}

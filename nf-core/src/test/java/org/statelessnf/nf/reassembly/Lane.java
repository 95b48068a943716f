package org.statelessnf.nf.reassembly;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** A direction of a connection through instances that share a store, and what comes out. */
final class Lane implements AutoCloseable {
  static final int ACK = TcpHeader.ACK;
  static final int FIN = TcpHeader.FIN;
  static final int SYN = TcpHeader.SYN;
  static final int RST = TcpHeader.RST;
  private static final long START = 1_700_000_000_000_000_000L;

  final List<ReassemblyEvent> events = new ArrayList<>();
  final List<String> out = new ArrayList<>();
  final Reassembly any;
  final SequentialRunner runner;
  long nanos = START;
  int wrongChecksums;

  Lane(int instances, ReassemblyConfig config) {
    List<Reassembly> all = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      all.add(new Reassembly(config, (event, flow) -> events.add(event)));
    }
    any = all.getFirst();
    runner = new SequentialRunner(all);
  }

  Lane() {
    this(2, ReassemblyConfig.defaults());
  }

  static Packet segment(int sequence, int flags, String payload, long nanos) {
    return FrameBuilder.tcp("10.0.0.1", 4242, "198.51.100.7", 80, flags)
        .numbers(sequence, 77)
        .payload(payload.getBytes(StandardCharsets.ISO_8859_1))
        .at(nanos)
        .build();
  }

  Verdict send(int sequence, int flags, String payload) {
    nanos += 1_000_000;
    Packet packet = segment(sequence, flags, payload, nanos);
    Verdict verdict = runner.run(packet);
    frames(runner.takeEmitted());
    frames(verdict.before());
    if (verdict.passes()) {
      note(packet);
    }
    frames(verdict.after());
    return verdict;
  }

  Verdict data(int sequence, String payload) {
    return send(sequence, ACK, payload);
  }

  Lane open() {
    send(999, SYN, "");
    out.clear();
    return this;
  }

  void advance(long millis) {
    nanos += millis * 1_000_000;
    runner.advanceTo(nanos);
    frames(runner.takeEmitted());
  }

  /** All that came out, in order: payloads, joined by blanks. */
  String text() {
    return String.join(" ", out);
  }

  private void frames(List<Verdict.Frame> frames) {
    for (Verdict.Frame frame : frames) {
      note(FrameBuilder.packet(frame.bytes(), 0, true));
    }
  }

  private void note(Packet packet) {
    wrongChecksums += Checksum.verifyTransport(packet) == Checksum.VALID ? 0 : 1;
    out.add(payload(packet) + ((packet.tcpFlags() & FIN) != 0 ? "." : ""));
  }

  static String payload(Packet p) {
    byte[] bytes =
        p.memory()
            .asSlice(p.payloadStart(), p.payloadLength())
            .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  int streams() {
    return runner.size(any.streams());
  }

  int held() {
    return runner.size(any.held());
  }

  @Override
  public void close() {
    runner.close();
  }
}

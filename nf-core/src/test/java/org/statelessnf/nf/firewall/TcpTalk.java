package org.statelessnf.nf.firewall;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** A connection between a client inside and a server outside, segment by segment. */
final class TcpTalk implements AutoCloseable {
  static final int SYN = TcpHeader.SYN;
  static final int SYN_ACK = TcpHeader.SYN | TcpHeader.ACK;
  static final int ACK = TcpHeader.ACK;
  static final int FIN = TcpHeader.FIN | TcpHeader.ACK;
  static final int RST = TcpHeader.RST;
  static final int RST_ACK = TcpHeader.RST | TcpHeader.ACK;

  /** Initial sequence numbers. */
  static final int CLIENT_ISN = 1000;

  static final int SERVER_ISN = 5000;

  private static final String CLIENT = "10.0.0.1";
  private static final String SERVER = "192.0.2.9";
  private static final int CLIENT_PORT = 40_000;
  private static final int SERVER_PORT = 443;
  private static final long START = 1_700_000_000_000_000_000L;

  final SequentialRunner runner;
  private final Firewall firewall;
  private int window = 0xffff;
  private byte[] options = {};
  private long nowNanos = START;

  TcpTalk(FirewallConfig config) {
    firewall = new Firewall(config);
    runner = new SequentialRunner(firewall);
  }

  static TcpTalk liberal() {
    return new TcpTalk(FirewallConfig.defaults());
  }

  static TcpTalk strict() {
    return new TcpTalk(FirewallConfig.defaults().withStrict(true));
  }

  /** Window of the segments to come. */
  TcpTalk window(int newWindow) {
    window = newWindow;
    return this;
  }

  /** Options of the next segment. */
  TcpTalk options(int... bytes) {
    options = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      options[i] = (byte) bytes[i];
    }
    return this;
  }

  TcpTalk pass(Duration time) {
    nowNanos += time.toNanos();
    return this;
  }

  /** The client sends; numbers count from the initial ones. */
  Verdict client(int flags, int sequence, int acknowledgment, int payload) {
    return runner.run(clientPacket(flags, sequence, acknowledgment, payload));
  }

  Verdict server(int flags, int sequence, int acknowledgment, int payload) {
    return runner.run(serverPacket(flags, sequence, acknowledgment, payload));
  }

  Packet clientPacket(int flags, int sequence, int acknowledgment, int payload) {
    FrameBuilder frame = FrameBuilder.tcp(CLIENT, CLIENT_PORT, SERVER, SERVER_PORT, flags);
    return finish(
        frame.numbers(CLIENT_ISN + sequence, absolute(flags, SERVER_ISN, acknowledgment)), payload);
  }

  Packet serverPacket(int flags, int sequence, int acknowledgment, int payload) {
    FrameBuilder frame =
        FrameBuilder.tcp(SERVER, SERVER_PORT, CLIENT, CLIENT_PORT, flags).fromOutside();
    return finish(
        frame.numbers(SERVER_ISN + sequence, absolute(flags, CLIENT_ISN, acknowledgment)), payload);
  }

  /** SYN, SYN+ACK, ACK. */
  TcpTalk handshake() {
    client(SYN, 0, 0, 0);
    server(SYN_ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    return this;
  }

  /** Handshake, and 100 bytes from each end, acknowledged. */
  TcpTalk conversation() {
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 100);
    client(ACK, 101, 101, 0);
    return this;
  }

  /** The whole of a connection, closed by the client, all four segments of it. */
  TcpTalk closed() {
    conversation();
    client(FIN, 101, 101, 0);
    server(ACK, 101, 102, 0);
    server(FIN, 101, 102, 0);
    client(ACK, 102, 102, 0);
    return this;
  }

  /** The state in the store; "none" without a record. */
  String state() {
    FlowView view = view();
    return view == null ? "none" : view.state();
  }

  @Nullable FlowView view() {
    byte[] key = new byte[64];
    Packet packet = clientPacket(SYN, 0, 0, 0);
    int length = FirewallKey.write(packet, MemorySegment.ofArray(key), 0);
    key = Arrays.copyOf(key, length);
    byte[] value = runner.value(firewall.flows(), key);
    return value == null ? null : FlowView.of(key, value);
  }

  int records() {
    return runner.size(firewall.flows());
  }

  /** Lets the clock run without packets. */
  void idle(Duration time) {
    pass(time);
    runner.advanceTo(nowNanos);
  }

  @Override
  public void close() {
    runner.close();
  }

  private Packet finish(FrameBuilder frame, int payload) {
    if (options.length > 0) {
      frame.options(options);
      options = new byte[0];
    }
    return frame.window(window).payload(new byte[payload]).at(nowNanos).build();
  }

  private static int absolute(int flags, int initial, int acknowledgment) {
    return (flags & TcpHeader.ACK) != 0 ? initial + acknowledgment : 0;
  }
}

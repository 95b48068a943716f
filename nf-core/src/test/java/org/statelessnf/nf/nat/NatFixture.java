package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.ReferenceChecksum;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;
import org.statelessnf.nf.testing.Verdict.Action;

/** A NAT of one or more instances, and packets through it that are looked at as they come out. */
final class NatFixture implements AutoCloseable {
  static final long SECOND = 1_000_000_000L;

  /** An arbitrary time to begin with. */
  static final long START = 1_700_000_000L * SECOND;

  static final String EXTERNAL = "203.0.113.7";
  static final String HOST_A = "10.0.0.1";
  static final String HOST_B = "10.0.0.2";
  static final String REMOTE = "192.0.2.80";
  static final String OTHER_REMOTE = "198.51.100.9";

  final SequentialRunner runner;
  private long now = START;
  private long realMillis = START / 1_000_000;

  /** Address, port. */
  record Endpoint(String address, int port) {
    @Override
    public String toString() {
      return address + ":" + port;
    }
  }

  private NatFixture(NatConfig config, int instances, boolean lateTimers) {
    List<NetworkFunction> functions = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      Nat nat = new Nat(config, () -> realMillis, i + 1);
      functions.add(lateTimers ? new LateTimers(nat) : nat);
    }
    runner = new SequentialRunner(functions);
  }

  NatFixture(NatConfig config, int instances) {
    this(config, instances, false);
  }

  NatFixture(NatConfig config) {
    this(config, 1);
  }

  static NatFixture withLateTimers(NatConfig config) {
    return new NatFixture(config, 1, true);
  }

  NatFixture() {
    this(NatConfig.of(EXTERNAL));
  }

  long now() {
    return now;
  }

  /** Lets time pass, timers fire. */
  void after(long seconds) {
    now += seconds * SECOND;
    realMillis += seconds * 1_000;
    runner.advanceTo(now);
  }

  void afterRealMillis(long millis) {
    realMillis += millis;
  }

  /** Sends a packet and says what became of it. The packet is rewritten if it passes. */
  Verdict run(Packet packet) {
    packet.timestampNanos(now);
    Verdict verdict = runner.run(packet);
    PacketRewriter.apply(packet, verdict.rewrite());
    return verdict;
  }

  /** Sends a packet through a certain instance. */
  Verdict run(int instance, Packet packet) {
    packet.timestampNanos(now);
    Verdict verdict = runner.run(packet, instance);
    PacketRewriter.apply(packet, verdict.rewrite());
    return verdict;
  }

  Packet forwarded(FrameBuilder frame) {
    return passed(frame, Action.FORWARD);
  }

  Packet hairpinned(FrameBuilder frame) {
    return passed(frame, Action.HAIRPIN);
  }

  private Packet passed(FrameBuilder frame, Action action) {
    Packet packet = frame.build();
    Verdict verdict = run(packet);
    assertThat(verdict.action()).as("%s: %s", packet, verdict).isEqualTo(action);
    Packet out = FrameBuilder.reparsed(packet, packet.fromInside());
    assertThat(ReferenceChecksum.faults(out)).as("checksums of %s", out).isEmpty();
    return out;
  }

  void dropped(DropReason reason, FrameBuilder frame) {
    Packet packet = frame.build();
    Verdict verdict = run(packet);
    assertThat(verdict.action()).as("%s", packet).isEqualTo(Action.DROP);
    assertThat(verdict.reason()).as("%s", packet).isEqualTo(reason);
  }

  /** Sends UDP out; returns the external endpoint. */
  Endpoint udp(String host, int port, String remote, int remotePort) {
    return source(forwarded(FrameBuilder.udp(host, port, remote, remotePort)));
  }

  /** Sends TCP out; returns the external endpoint. */
  Endpoint tcp(String host, int port, String remote, int remotePort, int flags) {
    return source(forwarded(FrameBuilder.tcp(host, port, remote, remotePort, flags)));
  }

  /** Sends UDP in; returns the inside endpoint. */
  Endpoint reply(String remote, int remotePort, Endpoint external) {
    return destination(
        forwarded(
            FrameBuilder.udp(remote, remotePort, external.address, external.port).fromOutside()));
  }

  /** Sends TCP in; returns the inside endpoint. */
  Endpoint tcpReply(String remote, int remotePort, Endpoint external, int flags) {
    return destination(
        forwarded(
            FrameBuilder.tcp(remote, remotePort, external.address, external.port, flags)
                .fromOutside()));
  }

  /** Opens a TCP connection; returns the external endpoint. */
  Endpoint connect(String host, int port, String remote, int remotePort) {
    Endpoint external = tcp(host, port, remote, remotePort, TcpHeader.SYN);
    tcpReply(remote, remotePort, external, TcpHeader.SYN | TcpHeader.ACK);
    assertThat(tcp(host, port, remote, remotePort, TcpHeader.ACK)).isEqualTo(external);
    return external;
  }

  static Endpoint source(Packet packet) {
    return new Endpoint(Addresses.formatIpv4(Route.source(packet)), packet.sourcePort());
  }

  static Endpoint destination(Packet packet) {
    return new Endpoint(Addresses.formatIpv4(Route.destination(packet)), packet.destinationPort());
  }

  static Endpoint innerSource(Packet packet) {
    return new Endpoint(Addresses.formatIpv4(Route.innerSource(packet)), packet.innerSourcePort());
  }

  static Endpoint innerDestination(Packet packet) {
    return new Endpoint(
        Addresses.formatIpv4(Route.innerDestination(packet)), packet.innerDestinationPort());
  }

  int mappings() {
    return runner.size(new NatTables().forward);
  }

  int claims() {
    return runner.size(new NatTables().reverse);
  }

  @Override
  public void close() {
    runner.close();
  }
}

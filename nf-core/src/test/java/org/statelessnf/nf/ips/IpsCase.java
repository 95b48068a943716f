package org.statelessnf.nf.ips;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** Runs packets through IPS instances that share a store, and collects what they say. */
final class IpsCase implements AutoCloseable {
  static final String CLIENT = "10.0.0.1";
  static final String SERVER = "198.51.100.7";
  static final int ACK = TcpHeader.ACK;
  private static final long START = 1_700_000_000_000_000_000L;

  final List<Alert> alerts = new ArrayList<>();
  final List<Verdict> verdicts = new ArrayList<>();
  final Ips any;
  final SequentialRunner runner;
  int clientNext = 1000;
  int serverNext = 5000;
  long nanos = START;

  IpsCase(int instances, String... rules) {
    this(instances, RuleSetTest.rules(rules));
  }

  IpsCase(int instances, RuleSet rules) {
    List<Ips> all = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      all.add(new Ips(IpsConfig.of(rules, alerts::add)));
    }
    any = all.getFirst();
    runner = new SequentialRunner(all);
  }

  /** How many alerts each sid has. */
  Map<Integer, Integer> counts() {
    Map<Integer, Integer> counts = new TreeMap<>();
    alerts.forEach(alert -> counts.merge(alert.sid(), 1, Integer::sum));
    return counts;
  }

  Verdict run(Packet packet) {
    Verdict verdict = runner.run(packet);
    verdicts.add(verdict);
    return verdict;
  }

  IpsCase handshake() {
    run(tcp(true, TcpHeader.SYN, clientNext++, 0, ""));
    run(tcp(false, TcpHeader.SYN | ACK, serverNext++, clientNext, ""));
    run(tcp(true, ACK, clientNext, serverNext, ""));
    return this;
  }

  Verdict client(String payload) {
    Packet packet = tcp(true, ACK, clientNext, serverNext, payload);
    clientNext += payload.length();
    return run(packet);
  }

  Verdict server(String payload) {
    Packet packet = tcp(false, ACK, serverNext, clientNext, payload);
    serverNext += payload.length();
    return run(packet);
  }

  Packet tcp(boolean fromClient, int flags, int sequence, int acknowledgment, String payload) {
    nanos += 1_000_000;
    FrameBuilder frame =
        fromClient
            ? FrameBuilder.tcp(CLIENT, 4242, SERVER, 80, flags)
            : FrameBuilder.tcp(SERVER, 80, CLIENT, 4242, flags).fromOutside();
    return frame
        .numbers(sequence, acknowledgment)
        .payload(payload.getBytes(StandardCharsets.ISO_8859_1))
        .at(nanos)
        .build();
  }

  Packet udp(boolean fromClient, int serverPort, String payload) {
    nanos += 1_000_000;
    FrameBuilder frame =
        fromClient
            ? FrameBuilder.udp(CLIENT, 4242, SERVER, serverPort)
            : FrameBuilder.udp(SERVER, serverPort, CLIENT, 4242).fromOutside();
    return frame.payload(payload.getBytes(StandardCharsets.ISO_8859_1)).at(nanos).build();
  }

  @Override
  public void close() {
    runner.close();
  }
}

package org.statelessnf.nf.reassembly;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.FuzzedRun;
import org.statelessnf.nf.testing.PacketScript;
import org.statelessnf.nf.testing.SequentialRunner;

/** The re-assembly, for Jazzer; see docs/hardening.md. Without it, the committed inputs only. */
class ReassemblyFuzzTest {
  private static final String[] HOSTS = {"10.0.0.1", "10.0.0.2", "192.0.2.1", "192.0.2.2"};
  private static final String[] HOSTS_6 = {"fd00::1", "fd00::2", "2001:db8::1", "fe80::1"};
  private static final int[] PORTS = {40_000, 80, 40_001, 443};
  private static final OverlapPolicy[] POLICIES = OverlapPolicy.values();

  /** The first byte chooses policy, mid-stream pick-up, and how many instances take turns. */
  @FuzzTest(maxDuration = "2m")
  void step(byte[] data) {
    int choice = data.length == 0 ? 0 : data[0];
    try (SequentialRunner runner = runner(choice)) {
      byte[] script = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
      new FuzzedRun(runner, new PacketScript(script, HOSTS, HOSTS_6, PORTS))
          .goAndLeaveNothing(function(choice).layout().tables());
    }
  }

  /**
   * Records of another program's making, in one table or both, under a key that packets ask for.
   */
  @FuzzTest(maxDuration = "2m")
  void record(byte[] data) {
    if (data.length < 2) {
      return;
    }
    int length = Math.min(StreamRecord.LENGTH, data.length - 2);
    byte[] stream = Arrays.copyOfRange(data, 2, 2 + length);
    byte[] rest = Arrays.copyOfRange(data, 2 + length, data.length);
    Packet packet =
        FrameBuilder.tcp(HOSTS[0], PORTS[0], HOSTS[2], PORTS[1], TcpHeader.ACK)
            .numbers(1000, 1000)
            .payload(new byte[8])
            .at(PacketScript.START)
            .build();
    byte[] key = FuzzedRun.key(packet, FlowKeys::writeDirectional);
    Reassembly any = function(data[0]);
    try (SequentialRunner runner = runner(data[0])) {
      if ((data[1] & 1) == 0) {
        runner.plant(any.streams(), key, stream);
        Reassembly.describe(any.streams().name(), key, stream);
      }
      if ((data[1] & 2) != 0) {
        runner.plant(any.held(), key, rest);
        Reassembly.describe(any.held().name(), key, rest);
      }
      runner.run(packet);
      new FuzzedRun(runner, new PacketScript(rest, HOSTS, HOSTS_6, PORTS)).go();
    }
  }

  private static Reassembly function(int choice) {
    ReassemblyConfig config =
        ReassemblyConfig.defaults()
            .withPolicy(POLICIES[(choice & 7) % POLICIES.length])
            .withMidstream((choice & 8) == 0);
    return new Reassembly(config, ReassemblyEvent.Sink.NONE);
  }

  private static SequentialRunner runner(int choice) {
    return new SequentialRunner(
        IntStream.range(0, (choice & 16) == 0 ? 1 : 3).mapToObj(i -> function(choice)).toList());
  }
}

package org.statelessnf.nf.defrag;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FuzzedRun;
import org.statelessnf.nf.testing.PacketScript;
import org.statelessnf.nf.testing.SequentialRunner;

/**
 * Fragments put together, for Jazzer; see docs/hardening.md. Without it, the committed inputs only.
 */
class DefragFuzzTest {
  private static final String[] HOSTS = {Pieces.INSIDE, "10.0.0.2", Pieces.OUTSIDE, "192.0.2.1"};
  private static final String[] HOSTS_6 = {Pieces.INSIDE_6, "fd00::2", Pieces.OUTSIDE_6, "fe80::1"};
  private static final int[] PORTS = {4000, 80, 53, 443};

  /** The first byte chooses the most fragments, and how many instances take turns. */
  @FuzzTest(maxDuration = "2m")
  void step(byte[] data) {
    int choice = data.length == 0 ? 0 : data[0];
    try (SequentialRunner runner = runner(choice)) {
      byte[] script = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
      new FuzzedRun(runner, new PacketScript(script, HOSTS, HOSTS_6, PORTS))
          .emits(frame -> !frame.isFragment())
          .goAndLeaveNothing(function(choice).layout().tables());
    }
  }

  /** A datagram of another program's making, under a key that fragments ask for. */
  @FuzzTest(maxDuration = "2m")
  void record(byte[] data) {
    int length = Math.min(Datagram.HEADER + 64, data.length);
    byte[] value = Arrays.copyOf(data, length);
    byte[] rest = Arrays.copyOfRange(data, length, data.length);
    Packet whole = Pieces.udp(false, 100, 1).build();
    Packet fragment = Pieces.piece(whole, 0, 16, true, 0);
    byte[] key = FuzzedRun.key(fragment, FlowKeys::writeDatagram);
    try (SequentialRunner runner = runner(0)) {
      runner.plant(function(0).datagrams(), key, value);
      Defrag.describe(key, value);
      runner.run(fragment);
      runner.run(Pieces.piece(whole, 16, 108, false, 0));
      new FuzzedRun(runner, new PacketScript(rest, HOSTS, HOSTS_6, PORTS)).go();
    }
  }

  private static Defrag function(int choice) {
    DefragConfig config = DefragConfig.defaults();
    return new Defrag((choice & 1) == 0 ? config : config.withMaxFragments(3));
  }

  private static SequentialRunner runner(int choice) {
    return new SequentialRunner(
        IntStream.range(0, (choice & 2) == 0 ? 1 : 3).mapToObj(i -> function(choice)).toList());
  }
}

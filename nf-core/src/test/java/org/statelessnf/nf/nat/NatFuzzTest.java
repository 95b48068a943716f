package org.statelessnf.nf.nat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.testing.FuzzedRun;
import org.statelessnf.nf.testing.PacketScript;
import org.statelessnf.nf.testing.SequentialRunner;

/** The NAT, for Jazzer; see docs/hardening.md. Without it, the committed inputs only. */
class NatFuzzTest {
  private static final String EXTERNAL = NatFixture.EXTERNAL;
  private static final String[] HOSTS = {"10.0.0.1", "10.0.0.2", "192.0.2.1", EXTERNAL};
  private static final String[] HOSTS_6 = {"fd00::1", "fd00::2", "2001:db8::1", "fe80::1"};
  private static final int[] PORTS = {5000, 80, 2000, 2001};
  private static final Filtering[] FILTERING = Filtering.values();

  /** The first byte chooses filtering, limit, and how many instances take turns. */
  @FuzzTest(maxDuration = "2m")
  void step(byte[] data) {
    int choice = data.length == 0 ? 0 : data[0];
    NatConfig config = config(choice);
    try (SequentialRunner runner = runner(config, (choice & 4) == 0 ? 1 : 3)) {
      byte[] script = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
      NatTables tables = new NatTables();
      new FuzzedRun(runner, new PacketScript(script, HOSTS, HOSTS_6, PORTS))
          .goAndLeaveNothing(List.of(tables.forward, tables.reverse, tables.permissions));
    }
  }

  /** A mapping of another program's making, in both tables, under keys that packets ask for. */
  @FuzzTest(maxDuration = "2m")
  void record(byte[] data) {
    if (data.length < 2) {
      return;
    }
    int length = Math.min(MappingRecord.LENGTH, data.length - 2);
    byte[] value = Arrays.copyOfRange(data, 2, 2 + length);
    NatTables tables = new NatTables();
    byte[] inside = key((data[1] & 1) != 0 ? IpProtocol.TCP : IpProtocol.UDP, HOSTS[0], 5000);
    byte[] external = key((data[1] & 1) != 0 ? IpProtocol.TCP : IpProtocol.UDP, EXTERNAL, 2000);
    try (SequentialRunner runner = runner(config(data[0]), 1)) {
      if ((data[1] & 2) != 0) {
        runner.plant(tables.forward, inside, value);
      }
      if ((data[1] & 4) != 0) {
        runner.plant(tables.reverse, external, value);
      }
      byte[] rest = Arrays.copyOfRange(data, 2 + length, data.length);
      new FuzzedRun(runner, new PacketScript(rest, HOSTS, HOSTS_6, PORTS)).go();
    }
  }

  /** The text of {@code --external}. */
  @FuzzTest(maxDuration = "2m")
  void pool(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      ExternalPool pool = ExternalPool.parse(text);
      if (!ExternalPool.parse(pool.toString()).equals(pool) || !pool.contains(pool.first())) {
        throw new AssertionError("'" + text + "' became " + pool);
      }
    } catch (IllegalArgumentException e) {
      if (e.getMessage() == null || e.getMessage().isEmpty()) {
        throw new AssertionError("no reason given", e);
      }
    }
  }

  private static NatConfig config(int choice) {
    return NatConfig.builder(ExternalPool.parse(EXTERNAL))
        .ports(2000, 2007)
        .blockPorts(2)
        .filtering(FILTERING[(choice & 3) % FILTERING.length])
        .portsPerSubscriber((choice & 8) == 0 ? 0 : 2)
        .build();
  }

  private static SequentialRunner runner(NatConfig config, int instances) {
    return new SequentialRunner(
        IntStream.range(0, instances)
            .mapToObj(i -> new Nat(config, () -> NatFixture.START / 1_000_000, i + 1))
            .toList());
  }

  private static byte[] key(int protocol, String address, int port) {
    byte[] key = new byte[MappingKey.LENGTH];
    int number = ExternalPool.parse(address).first();
    MappingKey.write(MemorySegment.ofArray(key), 0, protocol, number, port);
    return key;
  }
}

package org.statelessnf.io.dpdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/** Devices for tests. Whoever asks for them where DPDK is not installed is skipped. */
final class Devices {
  private Devices() {}

  static DpdkPorts open(String... uris) {
    if (Dpdk.missing() != null) {
      Assumptions.abort("SKIPPED: " + Dpdk.missing());
    }
    return DpdkPorts.open(uris);
  }

  /** Receives until there are so many; a device in memory has them at once. */
  static Packet[] receive(PacketPort port, int count) {
    Packet[] packets = new Packet[count];
    int received = 0;
    Packet[] burst = new Packet[count];
    for (int tries = 0; received < count && tries < 1_000; tries++) {
      int more = port.receive(burst, count - received);
      System.arraycopy(burst, 0, packets, received, more);
      received += more;
    }
    assertThat(received).isEqualTo(count);
    return packets;
  }

  static void free(PacketPort port, Packet[] packets) {
    port.free(packets, 0, packets.length);
  }

  static long[] handles(Packet[] packets) {
    return Arrays.stream(packets).mapToLong(Packet::nativeHandle).toArray();
  }
}

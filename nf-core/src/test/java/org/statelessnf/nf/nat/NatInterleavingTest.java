package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.nat.NatFixture.Endpoint;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.InterleavedRunner;
import org.statelessnf.nf.testing.ReferenceChecksum;
import org.statelessnf.nf.testing.Verdict;

/**
 * Several instances, few ports, few hosts, all interleavings of store operations that the seeds
 * reach, deaths and sleeps in between. What must hold for every packet that leaves is checked as it
 * leaves.
 */
class NatInterleavingTest {
  private static final long SECOND = NatFixture.SECOND;
  private static final int HOSTS = 3;
  private static final int HOST_PORTS = 2;

  /** What happens in a run beside packets. */
  private record Weather(boolean deaths, boolean sleeps) {}

  @Test
  @Requirement(rfc = 4787, id = "REQ-3")
  @Requirement(rfc = 5382, id = "REQ-7")
  void noPortShouldEverBeSharedWhateverTheInterleaving() {
    long conflicts = run(new Weather(false, false), 1, 250);
    assertThat(conflicts).as("the runs do get into each other's way").isGreaterThan(600);
  }

  @Test
  void noPortShouldEverBeSharedThoughInstancesDie() {
    run(new Weather(true, false), 10_001, 250);
  }

  @Test
  void noPortShouldEverBeSharedThoughInstancesSleep() {
    run(new Weather(true, true), 20_001, 250);
  }

  @Test
  @Tag("long")
  void noPortShouldEverBeSharedInManyMoreRuns() {
    run(new Weather(false, false), 100_001, 5_000);
    run(new Weather(true, false), 200_001, 5_000);
    run(new Weather(true, true), 300_001, 5_000);
  }

  private static long run(Weather weather, long firstSeed, int runs) {
    long conflicts = 0;
    for (long seed = firstSeed; seed < firstSeed + runs; seed++) {
      try (Run run = new Run(seed, weather)) {
        run.go();
        conflicts += run.runner.conflicts();
      }
    }
    return conflicts;
  }

  private static final class Run implements AutoCloseable {
    final long seed;
    final Weather weather;
    final Random random;
    final InterleavedRunner runner;
    final int instances;
    final boolean tcp;
    final int ports;
    final Map<Endpoint, Use> users = new HashMap<>();
    final Map<Endpoint, Use> mappings = new HashMap<>();
    int alive;

    /** Who used what last, and when, by packet time. */
    private record Use(Endpoint inside, Endpoint external, long nanos) {}

    Run(long seed, Weather weather) {
      this.seed = seed;
      this.weather = weather;
      this.random = new Random(seed);
      this.instances = 2 + random.nextInt(2);
      this.alive = instances;
      this.tcp = random.nextInt(4) == 0;
      this.ports = 5 + random.nextInt(12);
      NatConfig config =
          NatConfig.builder(ExternalPool.parse(NatFixture.EXTERNAL))
              .ports(2000, 2000 + ports - 1)
              .blockPorts(1 + random.nextInt(ports))
              .leaseMillis(5_000)
              .build();
      List<Nat> nats = new ArrayList<>();
      for (int i = 0; i < instances; i++) {
        // Clocks so different that the leases are of no use: the claims alone must do.
        long off = random.nextInt(3) == 0 ? random.nextInt(20_000) : 0;
        nats.add(new Nat(config, () -> millis() + off, seed * 31 + i));
      }
      this.runner = new InterleavedRunner(nats, seed, NatFixture.START);
    }

    private long millis() {
      return runner.clockNanos() / 1_000_000;
    }

    void go() {
      for (int i = 0; i < 300; i++) {
        int dice = random.nextInt(100);
        if (dice < 12) {
          submitOut();
        } else if (dice < 16) {
          submitIn();
        } else if (dice < 20) {
          runner.advance(random.nextLong(2 * SECOND));
        } else if (dice < 21) {
          pause();
        } else if (dice < 22 && weather.deaths && alive > 1 && random.nextInt(3) == 0) {
          runner.kill(runner.living());
          alive--;
        } else {
          runner.step();
        }
      }
      runner.drain();
      everyMappingShouldBeWhole();
      runner.runOut();
      nothingShouldBeLeft();
    }

    private void nothingShouldBeLeft() {
      NatTables tables = new NatTables();
      if (!weather.sleeps) {
        assertThat(runner.size(tables.reverse)).as("claims left, seed %d", seed).isZero();
        if (runner.deathsAmidWrites() > 0) {
          // A forward record without a claim is worth nothing, and goes the way of all mappings
          // once its endpoint sends again.
          for (int i = 0; i < HOSTS * HOST_PORTS; i++) {
            submitOutAndBack(inside(i));
            runner.runOut();
          }
        }
        assertThat(runner.size(tables.forward)).as("mappings left, seed %d", seed).isZero();
      }
      noPortShouldBeLost();
    }

    /** Not even by a claim that was written after its timer had fired, by one who slept. */
    private void noPortShouldBeLost() {
      Set<Endpoint> all = new HashSet<>();
      for (int i = 0; i < 10 * ports && all.size() < ports; i++) {
        runner.advance(4 * SECOND);
        Endpoint inside = new Endpoint("10.0.9.9", 1000 + i);
        submitOutAndBack(inside);
        Use use = mappings.get(inside);
        if (use != null) {
          all.add(use.external);
        }
        runner.drain();
      }
      assertThat(all).as("ports that can be used, seed %d", seed).hasSize(ports);
    }

    private void pause() {
      if (!weather.sleeps) {
        runner.drain(); // else what is under way sleeps as long as the pause takes
      }
      runner.advance(random.nextLong(600 * SECOND));
    }

    private static Endpoint inside(int number) {
      return new Endpoint("10.0.0." + (1 + number / HOST_PORTS), 5000 + number % HOST_PORTS);
    }

    private void submitOut() {
      Endpoint inside = inside(random.nextInt(HOSTS * HOST_PORTS));
      String remote = "192.0.2." + random.nextInt(3);
      int[] flags = {TcpHeader.SYN, TcpHeader.ACK, TcpHeader.ACK, TcpHeader.FIN, TcpHeader.RST};
      FrameBuilder frame =
          tcp
              ? FrameBuilder.tcp(
                  inside.address(), inside.port(), remote, 80, flags[random.nextInt(5)])
              : FrameBuilder.udp(inside.address(), inside.port(), remote, 53);
      // Packets of different instances are not quite in order.
      Packet packet = frame.at(runner.clockNanos() - random.nextLong(SECOND)).build();
      runner.submit(runner.living(), packet, v -> left(packet, inside, v));
    }

    private void left(Packet packet, Endpoint inside, Verdict verdict) {
      if (!verdict.passes()) {
        assertThat(verdict.reason())
            .as("%s, seed %d", packet, seed)
            .isIn(
                DropReason.PORTS_EXHAUSTED,
                tcp ? DropReason.INVALID_STATE : DropReason.PORTS_EXHAUSTED);
        return;
      }
      PacketRewriter.apply(packet, verdict.rewrite());
      Packet out = FrameBuilder.reparsed(packet, true);
      assertThat(ReferenceChecksum.faults(out)).isEmpty();
      Endpoint external = NatFixture.source(out);
      long now = packet.timestampNanos();
      if (runner.clockNanos() - now > 50 * SECOND) {
        return; // of a time long gone: nobody promised anything
      }
      Use last = users.get(external);
      if (last != null && !last.inside.equals(inside)) {
        assertThat(now - last.nanos)
            .as("%s used by %s and then by %s, seed %d", external, last.inside, inside, seed)
            .isGreaterThan(100 * SECOND);
      }
      Use before = mappings.get(inside);
      if (before != null
          && !before.external.equals(external)
          && !weather.deaths
          && !weather.sleeps) {
        assertThat(now - before.nanos)
            .as("%s had %s and then %s, seed %d", inside, before.external, external, seed)
            .isGreaterThan((tcp ? 239 : 299) * SECOND);
      }
      Use use = new Use(inside, external, now);
      users.put(external, latest(last, use));
      boolean refreshes = !tcp || (packet.tcpFlags() & TcpHeader.RST) == 0;
      if (refreshes || before == null) {
        mappings.put(inside, latest(before, use));
      }
    }

    private static Use latest(@Nullable Use a, Use b) {
      return a != null && a.external.equals(b.external) && a.nanos > b.nanos ? a : b;
    }

    private void submitIn() {
      if (users.isEmpty()) {
        return;
      }
      Endpoint external = users.keySet().stream().toList().get(random.nextInt(users.size()));
      int[] flags = {TcpHeader.ACK, TcpHeader.ACK, TcpHeader.RST};
      FrameBuilder frame =
          tcp
              ? FrameBuilder.tcp(
                  "192.0.2.1", 80, external.address(), external.port(), flags[random.nextInt(3)])
              : FrameBuilder.udp("192.0.2.1", 53, external.address(), external.port());
      Packet packet = frame.fromOutside().at(runner.clockNanos()).build();
      Use asked = users.get(external);
      runner.submit(runner.living(), packet, v -> cameIn(packet, external, asked, v));
    }

    /** {@code asked}: who had the endpoint when the packet was sent. */
    private void cameIn(Packet packet, Endpoint external, @Nullable Use asked, Verdict verdict) {
      if (!verdict.passes()) {
        assertThat(verdict.reason()).isEqualTo(DropReason.NO_MAPPING);
        return;
      }
      PacketRewriter.apply(packet, verdict.rewrite());
      Packet out = FrameBuilder.reparsed(packet, false);
      assertThat(ReferenceChecksum.faults(out)).isEmpty();
      Use user = users.get(external);
      if (user != null
          && asked != null
          && user.inside.equals(asked.inside)
          && packet.timestampNanos() - asked.nanos < 200 * SECOND // it had it all the time
          && packet.timestampNanos() - user.nanos < 200 * SECOND
          && runner.clockNanos() - packet.timestampNanos() < 50 * SECOND) {
        assertThat(NatFixture.destination(out))
            .as("reply to %s, seed %d", external, seed)
            .isEqualTo(user.inside);
      }
    }

    /** With nothing under way, replies to what was used just now come to who used it. */
    private void everyMappingShouldBeWhole() {
      for (Use use : List.copyOf(mappings.values())) {
        submitOutAndBack(use.inside);
      }
    }

    private void submitOutAndBack(Endpoint inside) {
      FrameBuilder frame =
          tcp
              ? FrameBuilder.tcp(inside.address(), inside.port(), "192.0.2.1", 80, TcpHeader.SYN)
              : FrameBuilder.udp(inside.address(), inside.port(), "192.0.2.1", 53);
      Packet packet = frame.at(runner.clockNanos()).build();
      runner.submit(runner.living(), packet, v -> left(packet, inside, v));
      runner.drain();
      Use use = mappings.get(inside);
      if (use == null || use.nanos != packet.timestampNanos()) {
        return; // no port was left
      }
      Endpoint external = use.external;
      FrameBuilder reply =
          tcp
              ? FrameBuilder.tcp(
                  "192.0.2.1", 80, external.address(), external.port(), TcpHeader.ACK)
              : FrameBuilder.udp("192.0.2.1", 53, external.address(), external.port());
      Packet in = reply.fromOutside().at(runner.clockNanos()).build();
      runner.submit(
          runner.living(),
          in,
          v -> {
            assertThat(v.passes()).as("reply to %s, seed %d: %s", external, seed, v).isTrue();
            cameIn(in, external, use, v);
          });
      runner.drain();
    }

    @Override
    public void close() {
      runner.close();
    }
  }
}

package org.statelessnf.host.trace;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.statelessnf.host.trace.FrameForge.Segment;
import org.statelessnf.host.trace.TcpScript.Course;
import org.statelessnf.io.pcap.CaptureFormat;
import org.statelessnf.io.pcap.CaptureWriter;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.TcpHeader;

/**
 * Makes traces by a {@link TraceSpec}: the same bytes for the same spec, on any machine. Addresses
 * are private ones inside and those for documentation and benchmarks outside; nothing is taken from
 * a capture.
 */
public final class TraceGenerator {
  /** Time of the first packet. */
  private static final long BEGIN_NANOS =
      Instant.parse("2025-01-01T12:00:00Z").getEpochSecond() * 1_000_000_000L;

  private static final int CLIENTS = 60;
  private static final int SERVERS = 120;
  private static final int FIRST_PORT = 32_768;
  private static final int PORTS = 28_000;

  private final TraceSpec spec;
  private final long durationNanos;
  private int nextPort;

  /**
   * A generator.
   *
   * @param spec what to make
   */
  public TraceGenerator(TraceSpec spec) {
    this.spec = spec;
    this.durationNanos = spec.duration().toNanos();
  }

  /** The frames in the order of their time. */
  public List<TraceFrame> generate() {
    nextPort = 0;
    Timeline timeline = new Timeline(BEGIN_NANOS);
    try (FrameForge forge = new FrameForge()) {
      SplittableRandom random = new SplittableRandom(spec.seed());
      connections(forge, timeline, random.split());
      service(forge, timeline, random.split());
      datagrams(forge, timeline, random.split());
      pings(forge, timeline, random.split());
      scans(forge, timeline, random.split());
      arp(forge, timeline);
    }
    return timeline.inOrder();
  }

  /**
   * Writes a trace as a pcap file with nanoseconds.
   *
   * @param frames what to write
   * @param file created, or emptied
   * @throws IOException if the file cannot be written
   */
  public static void write(List<TraceFrame> frames, Path file) throws IOException {
    try (Arena arena = Arena.ofConfined();
        CaptureWriter writer =
            CaptureWriter.open(file, CaptureFormat.PCAP_NANOS, LinkType.ETHERNET)) {
      MemorySegment memory = arena.allocate(1 << 16);
      for (TraceFrame frame : frames) {
        byte[] bytes = frame.bytes();
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        writer.write(memory, 0, bytes.length, bytes.length, frame.timestampNanos());
      }
    }
  }

  private void connections(FrameForge forge, Timeline timeline, SplittableRandom all) {
    for (int i = 0; i < spec.tcpConnections(); i++) {
      SplittableRandom random = all.split();
      boolean v6 = random.nextInt(10) == 0;
      Host client = client(random, v6);
      Host server = server(random, v6);
      int port = random.nextInt(5) == 0 ? 80 : 443;
      new TcpScript(forge, timeline, random, client, port(), server, port)
          .play(begin(random), course(random), random.nextInt(1, 7));
    }
  }

  private void service(FrameForge forge, Timeline timeline, SplittableRandom all) {
    Host service = Host.at(Addresses.parse(TraceSpec.Service.ADDRESS));
    for (int i = 0; i < spec.serviceConnections(); i++) {
      SplittableRandom random = all.split();
      Host client = Host.stranger(random.nextInt(1000));
      new TcpScript(forge, timeline, random, client, port(), service, TraceSpec.Service.PORT)
          .play(begin(random), course(random), random.nextInt(1, 7));
    }
  }

  private static Course course(SplittableRandom random) {
    int percent = random.nextInt(100);
    if (percent < 78) {
      return Course.CLOSED;
    }
    if (percent < 86) {
      return Course.RESET;
    }
    if (percent < 93) {
      return Course.OPEN;
    }
    return percent < 97 ? Course.REFUSED : Course.UNANSWERED;
  }

  private void datagrams(FrameForge forge, Timeline timeline, SplittableRandom all) {
    DatagramScripts scripts = new DatagramScripts(forge, timeline);
    for (int i = 0; i < spec.udpExchanges(); i++) {
      SplittableRandom random = all.split();
      boolean v6 = random.nextInt(10) == 0;
      Host client = client(random, v6);
      long at = begin(random);
      int percent = random.nextInt(100);
      if (percent < 80) {
        scripts.dns(random, at, client, port(), v6 ? Host.server6(0) : Host.server(0));
      } else if (percent < 88) {
        scripts.ntp(random, at, client, port(), v6 ? Host.server6(1) : Host.server(1));
      } else {
        scripts.stream(random, at, client, port(), server(random, v6));
      }
    }
  }

  private void pings(FrameForge forge, Timeline timeline, SplittableRandom all) {
    DatagramScripts scripts = new DatagramScripts(forge, timeline);
    for (int i = 0; i < spec.pings(); i++) {
      SplittableRandom random = all.split();
      boolean v6 = random.nextInt(5) == 0;
      scripts.ping(random, begin(random), client(random, v6), 100 + i, server(random, v6));
    }
  }

  /** Probes from outside: SYNs, stray segments and datagrams. */
  private void scans(FrameForge forge, Timeline timeline, SplittableRandom all) {
    byte[] nothing = {};
    for (int i = 0; i < spec.scanProbes(); i++) {
      SplittableRandom random = all.split();
      Host stranger = Host.stranger(random.nextInt(20));
      Host target = Host.client(random.nextInt(CLIENTS));
      int from = random.nextInt(1024, 65_536);
      int to = random.nextInt(1, 10_000);
      int kind = random.nextInt(10);
      byte[] frame =
          kind < 7
              ? forge.tcp(stranger, from, target, to, probe(random, TcpHeader.SYN), nothing)
              : kind < 9
                  ? forge.udp(stranger, from, target, to, new byte[12])
                  : forge.tcp(stranger, from, target, to, probe(random, TcpHeader.ACK), nothing);
      timeline.add(begin(random), frame);
    }
  }

  private static Segment probe(SplittableRandom random, int flags) {
    return new Segment(random.nextInt(), 0, flags, 1024);
  }

  private void arp(FrameForge forge, Timeline timeline) {
    for (long at = 0; at < durationNanos; at += 5_000_000_000L) {
      timeline.add(at, forge.arp(Host.client(0), Host.client(1)));
    }
  }

  private long begin(SplittableRandom random) {
    return random.nextLong(durationNanos);
  }

  private static Host client(SplittableRandom random, boolean v6) {
    int number = random.nextInt(CLIENTS);
    return v6 ? Host.client6(number) : Host.client(number);
  }

  private static Host server(SplittableRandom random, boolean v6) {
    // Few servers get most of the connections.
    int number = (int) (SERVERS * Math.pow(random.nextDouble(), 3));
    return v6 ? Host.server6(number) : Host.server(number);
  }

  /** Ports in turn, so that no two conversations of a trace are the same flow. */
  private int port() {
    return FIRST_PORT + nextPort++ % PORTS;
  }
}

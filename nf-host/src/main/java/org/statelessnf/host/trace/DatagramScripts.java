package org.statelessnf.host.trace;

import java.util.SplittableRandom;

/** Conversations without connections: DNS, NTP, streams over UDP, pings, and scans. */
final class DatagramScripts {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final int DNS_PORT = 53;
  private static final int NTP_PORT = 123;
  private static final int STREAM_PORT = 443;

  private final FrameForge forge;
  private final Timeline timeline;

  DatagramScripts(FrameForge forge, Timeline timeline) {
    this.forge = forge;
    this.timeline = timeline;
  }

  /** A question and, nearly always, its answer. */
  void dns(SplittableRandom random, long at, Host client, int port, Host server) {
    byte[] question = new byte[random.nextInt(28, 60)];
    random.nextBytes(question);
    question[2] = 1;
    byte[] sent = forge.udp(client, port, server, DNS_PORT, question);
    timeline.add(at, sent);
    int luck = random.nextInt(100);
    if (luck < 92) {
      byte[] answer = new byte[random.nextInt(60, 480)];
      random.nextBytes(answer);
      answer[2] = (byte) 0x81;
      long answered = at + random.nextLong(2 * MILLI, 60 * MILLI);
      timeline.add(answered, forge.udp(server, DNS_PORT, client, port, answer));
    } else if (luck < 96 && !client.isIpv6()) {
      timeline.add(at + 5 * MILLI, forge.unreachable(server, sent, client));
    }
  }

  /** A time request and its answer. */
  void ntp(SplittableRandom random, long at, Host client, int port, Host server) {
    byte[] body = new byte[48];
    body[0] = 0x23;
    timeline.add(at, forge.udp(client, port, server, NTP_PORT, body));
    byte[] answer = body.clone();
    answer[0] = 0x24;
    timeline.add(
        at + random.nextLong(5 * MILLI, 50 * MILLI),
        forge.udp(server, NTP_PORT, client, port, answer));
  }

  /** Datagrams in both directions for a while. */
  void stream(SplittableRandom random, long at, Host client, int port, Host server) {
    long now = at;
    int count = random.nextInt(10, 60);
    for (int i = 0; i < count; i++) {
      boolean up = i == 0 || random.nextInt(4) == 0;
      byte[] body = new byte[up ? random.nextInt(60, 300) : random.nextInt(600, 1200)];
      random.nextBytes(body);
      timeline.add(
          now,
          up
              ? forge.udp(client, port, server, STREAM_PORT, body)
              : forge.udp(server, STREAM_PORT, client, port, body));
      now += random.nextLong(MILLI, 120 * MILLI);
    }
  }

  /** Echo requests, one a second, and their replies. */
  void ping(SplittableRandom random, long at, Host client, int identifier, Host server) {
    int count = random.nextInt(2, 6);
    for (int i = 1; i <= count; i++) {
      long sent = at + (i - 1) * SECOND;
      timeline.add(sent, forge.echo(client, server, true, identifier, i));
      if (random.nextInt(20) > 0) {
        timeline.add(
            sent + random.nextLong(2 * MILLI, 80 * MILLI),
            forge.echo(server, client, false, identifier, i));
      }
    }
  }
}

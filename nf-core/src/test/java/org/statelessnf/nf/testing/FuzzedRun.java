package org.statelessnf.nf.testing;

import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.ParseStatus;

/**
 * A {@link PacketScript} through a network function, and what must hold whatever the packets are:
 * no exception, a verdict for each, and what leaves is as sound as what came.
 */
public final class FuzzedRun {
  /** Longer than any timeout. */
  private static final long LONG_AFTER = 40L * 86_400_000_000_000L;

  private final SequentialRunner runner;
  private final PacketScript script;

  /**
   * A run.
   *
   * @param runner runs the network function
   * @param script what it gets
   */
  public FuzzedRun(SequentialRunner runner, PacketScript script) {
    this.runner = runner;
    this.script = script;
  }

  /** All packets, and then all timers. */
  public void go() {
    for (Packet packet = script.next(); packet != null; packet = script.next()) {
      step(packet);
    }
    runner.advanceTo(script.nowNanos() + LONG_AFTER);
    if (runner.pendingTimers() != 0) {
      throw new AssertionError(runner.pendingTimers() + " timers never come to an end");
    }
  }

  private void step(Packet packet) {
    boolean ok = packet.parseStatus() == ParseStatus.OK;
    int header = Checksum.verifyIpv4Header(packet);
    int transport = Checksum.verifyTransport(packet);
    int length = packet.length();
    Verdict verdict = runner.run(packet);
    if (!verdict.passes()) {
      if (verdict.reason() == null || verdict.reason() == DropReason.NO_VERDICT) {
        throw new AssertionError("no verdict about " + packet);
      }
      return;
    }
    String before = packet.toString();
    PacketRewriter.apply(packet, verdict.rewrite());
    Packet out = FrameBuilder.packet(FrameBuilder.bytes(packet), packet.timestampNanos(), true);
    out.linkType(packet.linkType());
    out.fromInside(packet.fromInside());
    PacketParser.parse(out);
    if (out.length() != length
        || ok != (out.parseStatus() == ParseStatus.OK)
        || header != Checksum.verifyIpv4Header(out)
        || transport != Checksum.verifyTransport(out)) {
      throw new AssertionError(
          "%s became %s; checksums %d, %d became %d, %d"
              .formatted(
                  before,
                  out,
                  header,
                  transport,
                  Checksum.verifyIpv4Header(out),
                  Checksum.verifyTransport(out)));
    }
    if (PacketScript.canBeAnswered(out)) {
      script.cameOut(out);
    }
  }
}

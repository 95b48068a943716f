package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.FlowKeys;
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
  private Predicate<Packet> emitted = frame -> true;

  /** Writes a packet's key: segment, offset; returns its length. */
  public interface KeyWriter {
    int write(Packet packet, MemorySegment memory, long offset);
  }

  /** The key of a packet, for a record to plant. */
  public static byte[] key(Packet packet, KeyWriter writer) {
    byte[] key = new byte[FlowKeys.MAX_LENGTH];
    return Arrays.copyOf(key, writer.write(packet, MemorySegment.ofArray(key), 0));
  }

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

  /** What must hold of a frame that leaves beside the packets that came. */
  public FuzzedRun emits(Predicate<Packet> condition) {
    emitted = condition;
    return this;
  }

  /** All packets, and then all timers; no record is left after them. */
  public void goAndLeaveNothing(List<StateTable> tables) {
    go();
    for (StateTable table : tables) {
      if (runner.size(table) != 0) {
        throw new AssertionError(runner.size(table) + " records are left in " + table.name());
      }
    }
  }

  /** All packets, and then all timers. */
  public void go() {
    for (Packet packet = script.next(); packet != null; packet = script.next()) {
      step(packet);
    }
    runner.advanceTo(script.nowNanos() + LONG_AFTER);
    check(runner.takeEmitted());
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
    check(runner.takeEmitted());
    check(verdict.before());
    check(verdict.after());
    if (verdict.action() == Verdict.Action.HOLD) {
      return;
    }
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

  private void check(List<Verdict.Frame> frames) {
    for (Verdict.Frame frame : frames) {
      Packet packet = FrameBuilder.packet(frame.bytes(), script.nowNanos(), true);
      if (!emitted.test(packet)) {
        throw new AssertionError("emitted " + packet);
      }
    }
  }
}

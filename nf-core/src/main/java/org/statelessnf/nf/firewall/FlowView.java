package org.statelessnf.nf.firewall;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.FlowKeys;

/**
 * A flow's record for people and tools. It allocates.
 *
 * @param opener protocol, address and port of the end that opened the flow
 * @param responder address and port of the other end; of ICMP queries with their identifier
 * @param state of a TCP connection; of others {@code open} or, for UDP, {@code stream}
 * @param replied whether the responder has sent anything
 * @param lastUseNanos time of last use that was written, since the epoch: up to a 128th of the
 *     timeout late
 */
public record FlowView(
    String opener, String responder, String state, boolean replied, long lastUseNanos) {

  private static final String BETWEEN = " <-> ";

  /**
   * Reads a record of the firewall's flow table.
   *
   * @param key the record's key
   * @param value its value
   * @return null if it is none that this version knows
   */
  public static @Nullable FlowView of(byte[] key, byte[] value) {
    MemorySegment memory = MemorySegment.ofArray(value);
    int kind = value.length == 0 ? 0 : FlowRecord.kind(memory, 0);
    String flow = FlowKeys.format(key);
    int between = flow.indexOf(BETWEEN);
    if (between < 0 || !FlowRecord.isUsable(memory, 0, value.length, kind)) {
      return null;
    }
    int protocolEnd = flow.lastIndexOf(' ', between - 1) + 1;
    String protocol = flow.substring(0, protocolEnd);
    String first = flow.substring(protocolEnd, between);
    String second = flow.substring(between + BETWEEN.length());
    int flags = FlowRecord.flags(memory, 0);
    boolean firstOpened = (flags & FlowRecord.OPENER_FIRST) != 0;
    return new FlowView(
        protocol + (firstOpened ? first : second),
        firstOpened ? second : first,
        state(kind, FlowRecord.state(memory, 0), flags),
        (flags & FlowRecord.REPLIED) != 0,
        FlowRecord.lastUseNanos(memory, 0));
  }

  /** {@code tcp 10.0.0.1:4242 -> 1.2.3.4:80 established}. */
  @Override
  public String toString() {
    return opener + " -> " + responder + " " + state + (replied ? "" : " unreplied");
  }

  private static String state(int kind, int tcpState, int flags) {
    if (kind == FlowRecord.TCP) {
      return TcpState.text(tcpState);
    }
    return (flags & FlowRecord.STREAM) != 0 ? "stream" : "open";
  }
}

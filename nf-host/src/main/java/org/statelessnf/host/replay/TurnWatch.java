package org.statelessnf.host.replay;

import java.util.BitSet;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;

/**
 * Tells packets on which the rest of their connection hangs: the first of a flow, and those that
 * open or close a TCP connection. Flows are remembered by some bits of their hash: now and then a
 * first packet passes for a later one.
 */
final class TurnWatch {
  private static final int BITS = 23;
  private static final int TURNS = TcpHeader.SYN | TcpHeader.FIN | TcpHeader.RST;

  private final BitSet seen = new BitSet(1 << BITS);

  /** Looks at each packet once, in the order of the capture. */
  boolean isTurn(Packet packet, long flowHash) {
    int flow = (int) (flowHash >>> (Long.SIZE - BITS));
    boolean first = !seen.get(flow);
    seen.set(flow);
    return first
        || (packet.protocol() == IpProtocol.TCP && (packet.tcpFlags() & TURNS) != 0)
        || packet.isFragment();
  }
}

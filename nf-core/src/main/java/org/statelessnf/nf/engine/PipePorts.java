package org.statelessnf.nf.engine;

import org.statelessnf.nf.port.PacketPort;

/**
 * The ports of a pipe.
 *
 * @param ingress where packets come from, one or two
 * @param toOutside where packets go that leave to the outside
 * @param toInside where packets go that leave to the inside; may be the same port, which then sends
 *     them in the order of arrival
 * @param direction tells the side of a received packet
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
public record PipePorts(
    PacketPort[] ingress, PacketPort toOutside, PacketPort toInside, Direction direction) {

  /**
   * One port in, one port out.
   *
   * @param in where packets come from
   * @param out where packets go
   * @param direction tells the side of a received packet
   */
  public static PipePorts of(PacketPort in, PacketPort out, Direction direction) {
    return new PipePorts(new PacketPort[] {in}, out, out, direction);
  }

  /**
   * A bump in the wire: two ports, packets go on by the other one.
   *
   * @param inside port that faces the inside
   * @param outside port that faces the outside
   */
  public static PipePorts between(PacketPort inside, PacketPort outside) {
    return new PipePorts(
        new PacketPort[] {inside, outside}, outside, inside, packet -> packet.ingressPort() == 0);
  }
}

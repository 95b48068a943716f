package org.statelessnf.host.live;

import org.statelessnf.nf.port.PacketPort;

/**
 * A device that faces one side.
 *
 * @param port receives and transmits
 * @param mac its hardware address, 48 bits
 * @param mtu bytes of the longest IP packet that it takes
 */
public record Side(PacketPort port, long mac, int mtu) {}

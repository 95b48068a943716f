package org.statelessnf.io.wire;

import java.util.List;
import org.statelessnf.nf.packet.Addresses;

/**
 * How one side of a router is addressed.
 *
 * @param mac own hardware address, 48 bits
 * @param addresses own addresses; at least one, at most one block for each destination is sensible
 * @param gateways next hops for all that no block reaches: at most one IPv4 and one IPv6 address
 * @param answered further addresses that are answered for (ARP, ND) as if they were own ones: those
 *     of a NAT's pool, a load balancer's virtual addresses. Packets to them are the network
 *     function's
 * @param mtu most bytes of an IP packet that leaves here
 */
public record RouterInterface(
    long mac,
    List<InterfaceAddress> addresses,
    List<Gateway> gateways,
    AddressSet answered,
    int mtu) {
  /** Ethernet's. */
  public static final int DEFAULT_MTU = 1500;

  /** Least MTU that IPv6 allows; IPv4 allows less, but nobody has less. */
  private static final int MIN_MTU = 1280;

  /**
   * A next hop.
   *
   * @param high high 64 bits, as in {@link IpAddress}
   * @param low low 64 bits
   */
  public record Gateway(long high, long low) {
    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with one line that names the text
     */
    public static Gateway parse(String text) {
      byte[] address = Addresses.parse(text);
      return new Gateway(IpAddress.high(address), IpAddress.low(address));
    }

    boolean isIpv4() {
      return IpAddress.isIpv4(high, low);
    }
  }

  /** Checks that gateways can be reached. */
  public RouterInterface {
    addresses = List.copyOf(addresses);
    gateways = List.copyOf(gateways);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("an interface without an address");
    }
    if (mtu < MIN_MTU || mtu > 65_535) {
      throw new IllegalArgumentException("MTU " + mtu + " not in " + MIN_MTU + "..65535");
    }
    for (Gateway gateway : gateways) {
      boolean reached = IpAddress.isLinkLocal(gateway.high);
      for (InterfaceAddress address : addresses) {
        reached |= address.reaches(gateway.high, gateway.low);
      }
      if (!reached) {
        throw new IllegalArgumentException(
            "gateway "
                + IpAddress.format(gateway.high, gateway.low)
                + " is in no block of "
                + addresses);
      }
    }
  }

  /** Whether this is an address that the router itself has here. */
  boolean isOwn(long high, long low) {
    if (high == IpAddress.linkLocalHigh() && low == IpAddress.linkLocalLow(mac)) {
      return true;
    }
    for (int i = 0; i < addresses.size(); i++) { // no iterator: called per packet
      if (addresses.get(i).is(high, low)) {
        return true;
      }
    }
    return false;
  }

  boolean isBroadcast(long high, long low) {
    for (int i = 0; i < addresses.size(); i++) {
      if (addresses.get(i).isBroadcast(high, low)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an address is one of a neighbour, reached without a gateway. */
  boolean isNeighbor(long high, long low) {
    if (IpAddress.isLinkLocal(high)) {
      return true;
    }
    for (int i = 0; i < addresses.size(); i++) {
      if (addresses.get(i).reaches(high, low)) {
        return true;
      }
    }
    return false;
  }

  /** Whose next hop is who; null if there is no way. */
  @org.jspecify.annotations.Nullable
  Gateway gateway(boolean ipv4) {
    for (int i = 0; i < gateways.size(); i++) {
      if (gateways.get(i).isIpv4() == ipv4) {
        return gateways.get(i);
      }
    }
    return null;
  }

  /** The own address to speak with about another one: of its block, else of its version. */
  @org.jspecify.annotations.Nullable
  InterfaceAddress sourceFor(long high, long low) {
    InterfaceAddress any = null;
    boolean ipv4 = IpAddress.isIpv4(high, low);
    for (InterfaceAddress address : addresses) {
      if (address.isIpv4() == ipv4) {
        if (address.reaches(high, low)) {
          return address;
        }
        any = any == null ? address : any;
      }
    }
    return any;
  }
}

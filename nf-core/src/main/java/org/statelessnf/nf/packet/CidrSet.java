package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A few address blocks, such as "the inside". Looked through one by one: meant for tens, not
 * thousands. Immutable; {@code contains} allocates nothing.
 */
public final class CidrSet {
  /** 10/8, 172.16/12, 192.168/16 (RFC 1918) and fc00::/7 (RFC 4193). */
  public static final CidrSet PRIVATE = parse("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7");

  private final Cidr[] blocks;

  private CidrSet(Cidr[] blocks) {
    this.blocks = blocks;
  }

  /** A set of these blocks; of none, it holds no address. */
  public static CidrSet of(Cidr... blocks) {
    return new CidrSet(blocks.clone());
  }

  /**
   * Parses a comma-separated list of {@link Cidr}s, blanks around them allowed.
   *
   * @throws IllegalArgumentException with one line that says which item is wrong and how
   */
  public static CidrSet parse(String list) {
    String[] items = list.split(",", -1);
    Cidr[] blocks = new Cidr[items.length];
    for (int i = 0; i < items.length; i++) {
      String item = items[i].strip();
      if (item.isEmpty()) {
        throw new IllegalArgumentException(
            "item " + (i + 1) + " of the address list '" + list + "' is empty");
      }
      blocks[i] = Cidr.parse(item);
    }
    return new CidrSet(blocks);
  }

  /** The blocks, in their given order. */
  public List<Cidr> blocks() {
    return List.of(blocks);
  }

  /** True if the address of that IP version (4 bytes or 16) at {@code offset} is in a block. */
  public boolean contains(MemorySegment memory, long offset, int ipVersion) {
    for (Cidr block : blocks) {
      if (block.contains(memory, offset, ipVersion)) {
        return true;
      }
    }
    return false;
  }

  private boolean containsIpv4(int address) {
    for (Cidr block : blocks) {
      if (block.containsIpv4(address)) {
        return true;
      }
    }
    return false;
  }

  /** True if the packet's IP source is in a block; false for packets without addresses. */
  public boolean containsSource(Packet p) {
    return p.hasAddresses()
        && (p.ipVersion() == 4
            ? containsIpv4(p.ipv4Source())
            : contains(p.memory(), p.l3Start() + Ipv6Header.SOURCE_OFFSET, 6));
  }

  /** True if the packet's IP destination is in a block; false for packets without addresses. */
  public boolean containsDestination(Packet p) {
    return p.hasAddresses()
        && (p.ipVersion() == 4
            ? containsIpv4(p.ipv4Destination())
            : contains(p.memory(), p.l3Start() + Ipv6Header.DESTINATION_OFFSET, 6));
  }

  /** The list as {@link #parse} reads it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Cidr block : blocks) {
      text.append(text.isEmpty() ? "" : ",").append(block);
    }
    return text.toString();
  }
}

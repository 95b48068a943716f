package org.statelessnf.nf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Header fields that a verdict changes. Addresses are two longs, big-endian: for IPv4 the high one
 * is 0 and the low one holds the 32 bits. "Source port" of an ICMP echo is its identifier. For an
 * ICMP error the {@code inner} fields speak of the packet that the error quotes.
 *
 * <p>The engine applies it in place when the packet is released, and keeps all checksums right by
 * RFC 1624, the quoted packet's included.
 */
public final class Rewrite {
  /** Room that {@link #store} needs. */
  public static final int BYTES = 2 * Long.BYTES + 4 * Endpoint.BYTES;

  private static final int SOURCE = 1;
  private static final int DESTINATION = 2;
  private static final int INNER_SOURCE = 4;
  private static final int INNER_DESTINATION = 8;
  private static final int DESTINATION_MAC = 16;

  private int fields;
  private final Endpoint source = new Endpoint();
  private final Endpoint destination = new Endpoint();
  private final Endpoint innerSource = new Endpoint();
  private final Endpoint innerDestination = new Endpoint();
  private long destinationMac;

  /** An address and a port (or ICMP identifier). */
  public static final class Endpoint {
    private static final int BYTES = 3 * Long.BYTES;

    private long high;
    private long low;
    private int port;

    private Endpoint() {}

    private void set(long addressHigh, long addressLow, int newPort) {
      high = addressHigh;
      low = addressLow;
      port = newPort;
    }

    private void store(MemorySegment to, long at) {
      to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, high);
      to.set(ValueLayout.JAVA_LONG_UNALIGNED, at + Long.BYTES, low);
      to.set(ValueLayout.JAVA_LONG_UNALIGNED, at + 2 * Long.BYTES, port);
    }

    private void load(MemorySegment from, long at) {
      high = from.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      low = from.get(ValueLayout.JAVA_LONG_UNALIGNED, at + Long.BYTES);
      port = (int) from.get(ValueLayout.JAVA_LONG_UNALIGNED, at + 2 * Long.BYTES);
    }

    private void add(Endpoint later, boolean isSet) {
      if (isSet) {
        set(later.high, later.low, later.port < 0 ? port : later.port);
      }
    }

    /** High 64 bits of the address, 0 for IPv4. */
    public long addressHigh() {
      return high;
    }

    /** Low 64 bits of the address; for IPv4 its 32 bits. */
    public long addressLow() {
      return low;
    }

    /** Port or ICMP identifier; -1 leaves it as it is. */
    public int port() {
      return port;
    }
  }

  /**
   * Changes that come after these: theirs hold where both speak of a field.
   *
   * @param later not changed
   */
  public void add(Rewrite later) {
    fields |= later.fields;
    source.add(later.source, later.hasSource());
    destination.add(later.destination, later.hasDestination());
    innerSource.add(later.innerSource, later.hasInnerSource());
    innerDestination.add(later.innerDestination, later.hasInnerDestination());
    if (later.hasDestinationMac()) {
      destinationMac = later.destinationMac;
    }
  }

  /**
   * Stores these changes in memory.
   *
   * @param to segment with room for {@link #BYTES}
   * @param at where
   */
  public void store(MemorySegment to, long at) {
    to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, fields);
    to.set(ValueLayout.JAVA_LONG_UNALIGNED, at + Long.BYTES, destinationMac);
    Endpoint[] endpoints = {source, destination, innerSource, innerDestination};
    for (int i = 0; i < endpoints.length; i++) {
      endpoints[i].store(to, at + 2 * Long.BYTES + (long) i * Endpoint.BYTES);
    }
  }

  /**
   * Takes changes that were {@link #store stored}.
   *
   * @param from the segment
   * @param at where
   */
  public void load(MemorySegment from, long at) {
    fields = (int) from.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    destinationMac = from.get(ValueLayout.JAVA_LONG_UNALIGNED, at + Long.BYTES);
    Endpoint[] endpoints = {source, destination, innerSource, innerDestination};
    for (int i = 0; i < endpoints.length; i++) {
      endpoints[i].load(from, at + 2 * Long.BYTES + (long) i * Endpoint.BYTES);
    }
  }

  /** Forgets everything. */
  public void clear() {
    fields = 0;
  }

  /** Whether nothing is to be changed. */
  public boolean isEmpty() {
    return fields == 0;
  }

  /**
   * New source.
   *
   * @param addressHigh high 64 bits, 0 for IPv4
   * @param addressLow low 64 bits
   * @param port new port, or -1 to leave it
   */
  public void source(long addressHigh, long addressLow, int port) {
    source.set(addressHigh, addressLow, port);
    fields |= SOURCE;
  }

  /**
   * New destination; parameters as for {@link #source(long, long, int)}.
   *
   * @param addressHigh high 64 bits, 0 for IPv4
   * @param addressLow low 64 bits
   * @param port new port, or -1 to leave it
   */
  public void destination(long addressHigh, long addressLow, int port) {
    destination.set(addressHigh, addressLow, port);
    fields |= DESTINATION;
  }

  /**
   * New source of the packet that an ICMP error quotes.
   *
   * @param addressHigh high 64 bits, 0 for IPv4
   * @param addressLow low 64 bits
   * @param port new port, or -1 to leave it
   */
  public void innerSource(long addressHigh, long addressLow, int port) {
    innerSource.set(addressHigh, addressLow, port);
    fields |= INNER_SOURCE;
  }

  /**
   * New destination of the packet that an ICMP error quotes.
   *
   * @param addressHigh high 64 bits, 0 for IPv4
   * @param addressLow low 64 bits
   * @param port new port, or -1 to leave it
   */
  public void innerDestination(long addressHigh, long addressLow, int port) {
    innerDestination.set(addressHigh, addressLow, port);
    fields |= INNER_DESTINATION;
  }

  /**
   * New destination MAC address.
   *
   * @param mac 48 bits
   */
  public void destinationMac(long mac) {
    destinationMac = mac;
    fields |= DESTINATION_MAC;
  }

  /** Whether the source changes. */
  public boolean hasSource() {
    return (fields & SOURCE) != 0;
  }

  /** Whether the destination changes. */
  public boolean hasDestination() {
    return (fields & DESTINATION) != 0;
  }

  /** Whether the quoted packet's source changes. */
  public boolean hasInnerSource() {
    return (fields & INNER_SOURCE) != 0;
  }

  /** Whether the quoted packet's destination changes. */
  public boolean hasInnerDestination() {
    return (fields & INNER_DESTINATION) != 0;
  }

  /** Whether the destination MAC address changes. */
  public boolean hasDestinationMac() {
    return (fields & DESTINATION_MAC) != 0;
  }

  /** The new source. */
  public Endpoint source() {
    return source;
  }

  /** The new destination. */
  public Endpoint destination() {
    return destination;
  }

  /** The quoted packet's new source. */
  public Endpoint innerSource() {
    return innerSource;
  }

  /** The quoted packet's new destination. */
  public Endpoint innerDestination() {
    return innerDestination;
  }

  /** The new destination MAC address, 48 bits. */
  public long destinationMac() {
    return destinationMac;
  }
}

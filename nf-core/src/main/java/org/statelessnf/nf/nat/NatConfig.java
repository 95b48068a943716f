package org.statelessnf.nf.nat;

import org.statelessnf.nf.packet.CidrSet;

/** What can be chosen about a {@link Nat}. Immutable; all instances must have the same. */
public final class NatConfig {
  /** RFC 1918 and RFC 6598. */
  public static final CidrSet DEFAULT_INSIDE =
      CidrSet.parse("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10");

  private static final int MAX_BLOCK_PORTS = 4_096;

  private final ExternalPool pool;
  private final CidrSet inside;
  private final int firstPort;
  private final int lastPort;
  private final int blockPorts;
  private final long leaseMillis;
  private final int portsPerSubscriber;
  private final NatTimeouts timeouts;
  private final Filtering filtering;
  private final boolean passNonIp;
  private final boolean passIpv6;
  private final boolean passMulticast;
  private final boolean passOtherProtocols;

  private NatConfig(Builder b) {
    pool = b.pool;
    inside = b.inside;
    firstPort = b.firstPort;
    lastPort = b.lastPort;
    blockPorts = b.blockPorts;
    leaseMillis = b.leaseMillis;
    portsPerSubscriber = b.portsPerSubscriber;
    timeouts = b.timeouts;
    filtering = b.filtering;
    passNonIp = b.passNonIp;
    passIpv6 = b.passIpv6;
    passMulticast = b.passMulticast;
    passOtherProtocols = b.passOtherProtocols;
  }

  /**
   * The defaults for a pool.
   *
   * @param external {@code ADDR} or {@code ADDR-ADDR}
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static NatConfig of(String external) {
    return builder(ExternalPool.parse(external)).build();
  }

  /** Starts from the defaults. */
  public static Builder builder(ExternalPool pool) {
    return new Builder(pool);
  }

  /** External addresses. */
  public ExternalPool pool() {
    return pool;
  }

  /** See {@link Builder#inside}. */
  public CidrSet inside() {
    return inside;
  }

  /** Lowest port or ICMP identifier that is handed out. */
  public int firstPort() {
    return firstPort;
  }

  /** Highest port or ICMP identifier that is handed out. */
  public int lastPort() {
    return lastPort;
  }

  /** Ports that an instance leases at a time. */
  public int blockPorts() {
    return blockPorts;
  }

  /** How long a leased block stays with an instance that has died. */
  public long leaseMillis() {
    return leaseMillis;
  }

  /** External ports per inside address and protocol; 0 for no limit. */
  public int portsPerSubscriber() {
    return portsPerSubscriber;
  }

  /** When mappings end. */
  public NatTimeouts timeouts() {
    return timeouts;
  }

  /** Whose packets a mapping lets in. */
  public Filtering filtering() {
    return filtering;
  }

  /** Whether frames that are not IP pass, untouched. */
  public boolean passNonIp() {
    return passNonIp;
  }

  /** Whether IPv6 packets pass, untouched. */
  public boolean passIpv6() {
    return passIpv6;
  }

  /** Whether packets to groups and broadcast addresses pass, untouched. */
  public boolean passMulticast() {
    return passMulticast;
  }

  /** Whether IPv4 packets other than TCP, UDP and ICMP pass, untouched. */
  public boolean passOtherProtocols() {
    return passOtherProtocols;
  }

  /** How many blocks each external address and protocol has; the last one may be smaller. */
  int blocks() {
    return (lastPort - firstPort + blockPorts) / blockPorts;
  }

  /** The lowest port of a block. */
  int firstPortOf(int block) {
    return firstPort + block * blockPorts;
  }

  /** How many ports a block has. */
  int portsOf(int block) {
    return Math.min(blockPorts, lastPort + 1 - firstPortOf(block));
  }

  /** Collects what departs from the defaults. */
  public static final class Builder {
    private final ExternalPool pool;
    private CidrSet inside = DEFAULT_INSIDE;
    private int firstPort = 1_024;
    private int lastPort = 65_535;
    private int blockPorts = 128;
    private long leaseMillis = 30_000;
    private int portsPerSubscriber;
    private NatTimeouts timeouts = NatTimeouts.DEFAULT;
    private Filtering filtering = Filtering.ENDPOINT_INDEPENDENT;
    private boolean passNonIp = true;
    private boolean passIpv6 = true;
    private boolean passMulticast;
    private boolean passOtherProtocols;

    private Builder(ExternalPool pool) {
      this.pool = pool;
    }

    /**
     * Addresses of the inside: a packet from inside to one of them is forwarded untouched. Default:
     * {@link NatConfig#DEFAULT_INSIDE}.
     */
    public Builder inside(CidrSet addresses) {
      inside = addresses;
      return this;
    }

    /**
     * Ports and ICMP identifiers that are handed out; the default is 1024 to 65535, so that no
     * external endpoint pretends to be a well-known service. This departs from RFC 4787 REQ-3a,
     * which recommends a well-known external port for a well-known inside port.
     */
    public Builder ports(int first, int last) {
      if (first < 1 || last > 65_535 || first > last) {
        throw new IllegalArgumentException("ports " + first + "-" + last + ": no range");
      }
      firstPort = first;
      lastPort = last;
      return this;
    }

    /** Ports that an instance leases at a time; default 128. */
    public Builder blockPorts(int ports) {
      if (ports < 1 || ports > MAX_BLOCK_PORTS) {
        throw new IllegalArgumentException(
            "block of " + ports + " ports: 1 to " + MAX_BLOCK_PORTS + " are possible");
      }
      blockPorts = ports;
      return this;
    }

    /** How long a leased block stays with an instance that has died; default 30 s. */
    public Builder leaseMillis(long millis) {
      if (millis < 1) {
        throw new IllegalArgumentException("lease of " + millis + " ms: it must be positive");
      }
      leaseMillis = millis;
      return this;
    }

    /**
     * External ports per inside address and protocol (RFC 6888 REQ-4); 0, the default, for no
     * limit, which saves a counter per mapping.
     */
    public Builder portsPerSubscriber(int limit) {
      if (limit < 0) {
        throw new IllegalArgumentException(
            "limit of " + limit + " ports per subscriber: it must not be negative");
      }
      portsPerSubscriber = limit;
      return this;
    }

    /** When mappings end; default {@link NatTimeouts#DEFAULT}. */
    public Builder timeouts(NatTimeouts when) {
      timeouts = when;
      return this;
    }

    /** Whose packets a mapping lets in; default {@link Filtering#ENDPOINT_INDEPENDENT}. */
    public Builder filtering(Filtering behaviour) {
      filtering = behaviour;
      return this;
    }

    /** Whether frames that are not IP, such as ARP, pass untouched; default yes. */
    public Builder passNonIp(boolean pass) {
      passNonIp = pass;
      return this;
    }

    /** Whether IPv6 packets pass untouched; default yes. */
    public Builder passIpv6(boolean pass) {
      passIpv6 = pass;
      return this;
    }

    /**
     * Whether packets to groups and broadcast addresses pass untouched, and so show inside
     * addresses to the outside; default no.
     */
    public Builder passMulticast(boolean pass) {
      passMulticast = pass;
      return this;
    }

    /**
     * Whether IPv4 packets other than TCP, UDP and ICMP pass untouched, and so show inside
     * addresses to the outside; default no.
     */
    public Builder passOtherProtocols(boolean pass) {
      passOtherProtocols = pass;
      return this;
    }

    /** The configuration. */
    public NatConfig build() {
      return new NatConfig(this);
    }
  }
}

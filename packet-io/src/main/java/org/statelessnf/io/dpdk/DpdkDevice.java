package org.statelessnf.io.dpdk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network device, its pool of packet buffers and its queues, each a {@link DpdkPort}. Made and
 * closed by {@link DpdkPorts}. Any thread.
 */
public final class DpdkDevice {
  /** Drivers whose bursts make no system call. */
  private static final Set<String> NO_SYSTEM_CALLS = Set.of("net_null", "net_ring");

  /** A driver whose wire is memory: what was sent and not received must be taken out again. */
  private static final String RING = "net_ring";

  /** A driver that, closed, leaves behind the buffers that its rings held. */
  private static final String KEEPER = "net_af_xdp";

  private static final int CACHE_BUFFERS = 250;

  /** A cache may hold half as much again, and a pool wants to be larger than that. */
  private static final int CACHE_SHARE = 4;

  /** Attempts with another process id; each is met by another process with little chance. */
  private static final int OTHER_IDS = 8;

  private static final long OTHER_ID_STRIDE = 613;

  /** Numbers devices and pools in this process. */
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Eal eal;
  private final DpdkUri uri;
  private final String name;
  private final MbufPool pool;
  private final List<DpdkPort> ports = new ArrayList<>();
  private final int number;
  private volatile boolean open;

  private DpdkDevice(Eal eal, DpdkUri uri, WallClock clock) {
    this.eal = eal;
    this.uri = uri;
    int serial = NEXT.getAndIncrement();
    this.name = uri.isPci() || uri.isNumbered() ? uri.device() : uri.device() + serial;
    int cache = Math.min(CACHE_BUFFERS, uri.buffers() / CACHE_SHARE);
    this.pool = new MbufPool(eal, "snf" + serial, uri.buffers(), uri.frameBytes(), cache);
    int queues = Math.max(1, uri.queues());
    boolean attached = false;
    boolean started = false;
    try {
      this.number = attach(eal, uri, name, queues);
      attached = true;
      boolean spread = uri.isPci() && queues > 1;
      eal.startPort(
          number,
          new Eal.PortSetup(queues, spread, uri.descriptors(), pool.address(), uri.promiscuous()));
      started = true;
      open = true;
    } finally {
      if (!started) {
        if (attached) {
          eal.detach(bus(uri), name);
        }
        pool.close(0);
      }
    }
    boolean systemCalls = !NO_SYSTEM_CALLS.contains(uri.driver());
    for (int queue = 0; queue < queues; queue++) {
      ports.add(new DpdkPort(this, queue, eal, eal.bursts(number, queue, systemCalls), clock));
    }
  }

  private static int attach(Eal eal, DpdkUri uri, String name, int queues) {
    String arguments = String.join(",", VirtualDevice.arguments(uri, queues));
    try {
      return eal.attach(bus(uri), name, arguments);
    } catch (DpdkException e) {
      if (VirtualDevice.numbersByProcess(uri)) {
        return attachElsewhere(eal, uri, name, arguments, e);
      }
      throw new DpdkException(e.getMessage() + VirtualDevice.hint(uri), e);
    }
  }

  /** Tries other numbers than the process's own, which another process may have met by chance. */
  private static int attachElsewhere(
      Eal eal, DpdkUri uri, String name, String arguments, DpdkException first) {
    long start = ProcessHandle.current().pid();
    for (int attempt = 1; attempt <= OTHER_IDS; attempt++) {
      try {
        int number = (int) ((start + attempt * OTHER_ID_STRIDE) % PretendedProcessId.MAX) + 1;
        return eal.attachAs(number, bus(uri), name, arguments);
      } catch (DpdkException e) {
        first.addSuppressed(e);
      }
    }
    throw new DpdkException(first.getMessage() + VirtualDevice.hint(uri), first);
  }

  /**
   * Attaches and starts a device.
   *
   * @throws DpdkException if that fails; then nothing is left of it
   */
  static DpdkDevice open(Eal eal, DpdkUri uri, WallClock clock) {
    VirtualDevice.check(uri);
    try {
      return new DpdkDevice(eal, uri, clock);
    } catch (DpdkException e) {
      throw new DpdkException(uri + ": " + e.getMessage(), e);
    }
  }

  private static String bus(DpdkUri uri) {
    return uri.isPci() ? "pci" : "vdev";
  }

  /** Name with which DPDK knows it. */
  public String name() {
    return name;
  }

  /** What was asked for. */
  public DpdkUri uri() {
    return uri;
  }

  /** Number of queues. */
  public int queues() {
    return ports.size();
  }

  /** A queue as a port. */
  public DpdkPort port(int queue) {
    return ports.get(queue);
  }

  /** All queues. */
  public List<DpdkPort> ports() {
    return List.copyOf(ports);
  }

  MbufPool pool() {
    return pool;
  }

  /** Packet buffers that the device's pool has, in and out. */
  public int buffers() {
    return pool.capacity();
  }

  /**
   * Packet buffers that are in the pool: neither in Java's hands nor in the driver's receive or
   * transmit rings. What {@code net_af_xdp} leaves behind when it is closed counts as in.
   */
  public int buffersAvailable() {
    return pool.available() + leftBehind();
  }

  /** Buffers that the stopped driver has dropped: neither in the pool nor in Java's hands. */
  private int leftBehind() {
    return !open && uri.driver().equals(KEEPER)
        ? pool.capacity() - pool.available() - pool.handedOut()
        : 0;
  }

  /** The Ethernet address in the low 48 bits. */
  public long macAddress() {
    return eal.macAddress(number);
  }

  /** Bytes of the longest IP packet. */
  public int mtu() {
    return eal.mtu(number);
  }

  /** What the device has counted. */
  public DpdkStats stats() {
    return eal.stats(number);
  }

  /** Stops the device: its rings give their buffers back to the pools that they are of. */
  void stop() {
    if (!open) {
      return;
    }
    open = false;
    if (uri.driver().equals(RING)) {
      ports.forEach(DpdkDevice::empty);
    }
    ports.forEach(DpdkPort::close);
    eal.closePort(number);
    eal.detach(bus(uri), name);
  }

  /**
   * Frees the pool of the stopped device, unless buffers are missing.
   *
   * @return how many are
   */
  int freePool() {
    return pool.close(leftBehind());
  }

  private static void empty(DpdkPort port) {
    MbufBurst burst = new MbufBurst();
    for (int count = port.receive(burst, MbufBurst.CAPACITY);
        count > 0;
        count = port.receive(burst, MbufBurst.CAPACITY)) {
      port.free(burst, 0, count);
    }
  }

  @Override
  public String toString() {
    return "DpdkDevice[" + name + ", " + Arrays.toString(ports.toArray()) + "]";
  }
}

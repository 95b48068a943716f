package org.statelessnf.io.dpdk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Network devices by DPDK, opened together and closed together. The way in.
 *
 * <pre>{@code
 * try (DpdkPorts ports = DpdkPorts.open("dpdk:net_af_packet,iface=in0", "dpdk:net_af_packet,iface=out0")) {
 *   DpdkPort inside = ports.device("dpdk:net_af_packet,iface=in0").port(0);
 *   ...
 * }
 * }</pre>
 *
 * <p>The first call of the process starts DPDK's environment, with arguments that are known to work
 * (huge pages if there are enough, its own file prefix) and whatever the environment variable
 * {@code SNF_DPDK_EAL} adds. Several of these may be open at a time; PCI devices must be among
 * those of the first call.
 *
 * <p>Equal URIs are one device. Any thread, one at a time.
 */
public final class DpdkPorts implements AutoCloseable {
  /** Header, private part, cache line alignment and the pool's own words around a buffer. */
  private static final int BUFFER_EXTRA_BYTES = 512;

  private static final long PAGE_BYTES = 4096;

  private final Map<String, DpdkDevice> devices = new LinkedHashMap<>();

  private DpdkPorts() {}

  /**
   * Opens devices.
   *
   * @param uris see {@link DpdkUri}; without {@code queues} a device has one
   * @throws DpdkConfigException if a URI is wrong
   * @throws DpdkException if DPDK is not installed, or a device cannot be opened; then none is
   */
  public static DpdkPorts open(String... uris) {
    return open(1, List.of(uris));
  }

  /**
   * Opens devices.
   *
   * @param queues of each device whose URI does not say
   * @param uris see {@link DpdkUri}
   * @throws DpdkConfigException if a URI is wrong
   * @throws DpdkException if DPDK is not installed, or a device cannot be opened; then none is
   */
  public static DpdkPorts open(int queues, Collection<String> uris) {
    Map<String, DpdkUri> asked = new LinkedHashMap<>();
    for (String uri : uris) {
      asked.put(uri, DpdkUri.parse(uri).withQueuesIfUnsaid(queues));
    }
    return open(Dpdk.eal(), asked);
  }

  static DpdkPorts open(Eal eal, Map<String, DpdkUri> asked) {
    long poolBytes = 0;
    for (DpdkUri uri : asked.values()) {
      poolBytes += (long) uri.buffers() * inPages(uri.frameBytes() + BUFFER_EXTRA_BYTES);
    }
    eal.start(EalArguments.of(poolBytes, List.copyOf(asked.values())));
    DpdkPorts ports = new DpdkPorts();
    WallClock clock = new WallClock();
    boolean complete = false;
    try {
      asked.forEach((text, uri) -> ports.devices.put(text, DpdkDevice.open(eal, uri, clock)));
      complete = true;
    } finally {
      if (!complete) {
        ports.close();
      }
    }
    return ports;
  }

  /** Without huge pages, a buffer does not cross a page's border if it can be helped. */
  private static long inPages(int bytes) {
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }

  /**
   * The device that was opened by a URI.
   *
   * @param uri as it was given to {@code open}
   */
  public DpdkDevice device(String uri) {
    DpdkDevice device = devices.get(uri);
    if (device == null) {
      throw new IllegalArgumentException(uri + " is not open");
    }
    return device;
  }

  /** All devices, in the order of their URIs. */
  public List<DpdkDevice> devices() {
    return List.copyOf(devices.values());
  }

  /**
   * Stops the devices and takes their rings' buffers back. From then on {@link
   * DpdkDevice#buffersAvailable()} is less than {@link DpdkDevice#buffers()} only by what has been
   * lost.
   */
  public void stop() {
    devices.values().forEach(DpdkDevice::stop);
  }

  /**
   * Stops the devices and frees the pools. Whatever packets were received must have been given
   * back.
   *
   * @throws DpdkException if packet buffers are missing from a pool: someone has lost them
   */
  @Override
  public void close() {
    stop();
    List<String> losses = new ArrayList<>();
    for (DpdkDevice device : devices.values()) {
      int missing = device.freePool();
      if (missing > 0) {
        losses.add(missing + " of " + device.buffers() + " of " + device.name());
      }
    }
    devices.clear();
    if (!losses.isEmpty()) {
      throw new DpdkException("packet buffers were lost: " + String.join(", ", losses));
    }
  }
}

package org.statelessnf.host.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.statelessnf.host.UsageException;
import org.statelessnf.io.dpdk.DpdkConfigException;
import org.statelessnf.io.dpdk.DpdkDevice;
import org.statelessnf.io.dpdk.DpdkPort;
import org.statelessnf.io.dpdk.DpdkPorts;
import org.statelessnf.io.dpdk.DpdkStats;
import org.statelessnf.io.dpdk.DpdkUri;
import org.statelessnf.nf.engine.Direction;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.port.PacketPool;

/**
 * The devices of a live run, opened by URI, with a queue for each pipe. Equal URIs are one device.
 */
public final class LivePorts implements AutoCloseable {
  /** Drivers of devices that nobody is at the other end of. */
  private static final Set<String> WIRELESS = Set.of("net_null", "net_ring", "net_pcap");

  private final DpdkPorts ports;
  private final DpdkDevice in;
  private final DpdkDevice out;

  /**
   * What a device did, and whether all of its packet buffers have come back.
   *
   * @param name of the device
   * @param stats its own counts
   * @param refused frames that were received but could not be handed out
   * @param buffers of its pool
   * @param buffersBack of them, after the device was stopped
   */
  public record DeviceResult(
      String name, DpdkStats stats, long refused, int buffers, int buffersBack) {}

  private LivePorts(DpdkPorts ports, DpdkDevice in, DpdkDevice out) {
    this.ports = ports;
    this.in = in;
    this.out = out;
  }

  /** Whether a command's port is a live one, and not a file. */
  public static boolean isLive(String port) {
    return DpdkUri.isOne(port);
  }

  /**
   * Opens and starts the devices.
   *
   * @param in where packets come from
   * @param out where they go
   * @param pipes pipes that share the devices: so many queues each, unless the URI says otherwise
   * @throws UsageException if a URI is wrong, or has fewer queues than there are pipes
   * @throws org.statelessnf.io.dpdk.DpdkException if DPDK is not installed or a device fails
   */
  public static LivePorts open(String in, String out, int pipes) {
    Set<String> uris = new TreeSet<>(List.of(in));
    uris.add(out);
    try {
      for (String uri : uris) {
        int queues = DpdkUri.parse(uri).withQueuesIfUnsaid(pipes).queues();
        if (queues < pipes) {
          throw new UsageException(
              "port '" + uri + "' has fewer queues than there are pipes (" + pipes + ")");
        }
      }
      DpdkPorts ports = DpdkPorts.open(pipes, uris);
      return new LivePorts(ports, ports.device(in), ports.device(out));
    } catch (DpdkConfigException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Whether two ports are such that packets are meant to go one way: there is no wire at one of
   * them, or they are the same.
   *
   * @param in where packets come from
   * @param out where they go
   */
  public static boolean isOneWay(String in, String out) {
    try {
      return in.equals(out)
          || WIRELESS.contains(DpdkUri.parse(in).driver())
          || WIRELESS.contains(DpdkUri.parse(out).driver());
    } catch (DpdkConfigException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * One way: a pipe's own queue of each device.
   *
   * @param pipe from 0
   * @param direction tells the side of a packet
   */
  public PipePorts pipe(int pipe, Direction direction) {
    return PipePorts.of(in.port(pipe), out.port(pipe), direction);
  }

  /**
   * The devices joined for a pipe: its own queue of each.
   *
   * @param pipe from 0
   * @param config how
   * @param frames for what the wire sends on its own account; closed after the devices
   */
  public Wire wire(int pipe, WireConfig config, PacketPool frames) {
    return config.join(side(in, pipe), side(out, pipe), frames);
  }

  private static Side side(DpdkDevice device, int pipe) {
    return new Side(device.port(pipe), device.macAddress(), device.mtu());
  }

  /** A queue of the device where packets come from. */
  public DpdkPort in(int pipe) {
    return in.port(pipe);
  }

  /** A queue of the device where packets go. */
  public DpdkPort out(int pipe) {
    return out.port(pipe);
  }

  /**
   * Stops the devices and counts the buffers. The pipes must have ended.
   *
   * @return each device once
   */
  public List<DeviceResult> finish() {
    List<DpdkStats> stats = ports.devices().stream().map(DpdkDevice::stats).toList();
    ports.stop();
    List<DeviceResult> results = new ArrayList<>();
    for (int i = 0; i < stats.size(); i++) {
      DpdkDevice device = ports.devices().get(i);
      long refused = device.ports().stream().mapToLong(DpdkPort::refused).sum();
      results.add(
          new DeviceResult(
              device.name(), stats.get(i), refused, device.buffers(), device.buffersAvailable()));
    }
    return results;
  }

  /**
   * Stops the devices and frees their buffers.
   *
   * @throws org.statelessnf.io.dpdk.DpdkException if some have been lost
   */
  @Override
  public void close() {
    ports.close();
  }
}

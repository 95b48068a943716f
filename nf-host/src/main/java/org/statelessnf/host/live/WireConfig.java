package org.statelessnf.host.live;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.statelessnf.io.wire.AddressSet;
import org.statelessnf.io.wire.BridgePort;
import org.statelessnf.io.wire.FrameClass;
import org.statelessnf.io.wire.InterfaceAddress;
import org.statelessnf.io.wire.RouterInterface;
import org.statelessnf.io.wire.RouterInterface.Gateway;
import org.statelessnf.io.wire.RouterPort;
import org.statelessnf.io.wire.WireCounters;
import org.statelessnf.nf.engine.Direction;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.nf.port.PacketPort;

/** How two devices are joined: as a bridge, as a router, or one way only. */
public sealed interface WireConfig {

  /** Most pipes that such a wire can have. */
  int maxPipes();

  /**
   * Joins two devices.
   *
   * @param frames for what the wire sends on its own account; closed after the devices
   */
  Wire join(Side inside, Side outside, PacketPool frames);

  private static Wire bothWays(
      PacketPort inside, WireCounters insideCounters, PacketPort outside, WireCounters counters) {
    Map<String, WireCounters> both = new LinkedHashMap<>();
    both.put("inside", insideCounters);
    both.put("outside", counters);
    return new Wire(PipePorts.between(inside, outside), both);
  }

  /**
   * From the first device to the second, as from capture to capture. Both may be the same.
   *
   * @param direction tells the side of a packet
   */
  record OneWay(Direction direction) implements WireConfig {
    private static final int MAX_PIPES = 256;

    @Override
    public int maxPipes() {
      return MAX_PIPES;
    }

    @Override
    public Wire join(Side in, Side out, PacketPool frames) {
      return new Wire(PipePorts.of(in.port(), out.port(), direction), Map.of());
    }

    @Override
    public String toString() {
      return "one way";
    }
  }

  /**
   * A transparent bump in the wire.
   *
   * @param passed what passes beside the network function
   */
  record Bridge(Set<FrameClass> passed) implements WireConfig {
    private static final int MAX_PIPES = 16;

    @Override
    public int maxPipes() {
      return MAX_PIPES;
    }

    @Override
    public Wire join(Side inside, Side outside, PacketPool frames) {
      BridgePort[] ends = BridgePort.join(inside.port(), outside.port(), passed);
      return bothWays(ends[0], ends[0].counters(), ends[1], ends[1].counters());
    }

    @Override
    public String toString() {
      return "bridge";
    }
  }

  /**
   * A router.
   *
   * @param inside addresses of the inside
   * @param outside addresses of the outside
   */
  record Router(Network inside, Network outside) implements WireConfig {

    /** One: what a neighbour answers comes in by one queue, and each pipe has its own. */
    @Override
    public int maxPipes() {
      return 1;
    }

    @Override
    public Wire join(Side insideDevice, Side outsideDevice, PacketPool frames) {
      RouterPort[] ends =
          RouterPort.join(
              insideDevice.port(),
              outsideDevice.port(),
              inside.at(insideDevice),
              outside.at(outsideDevice),
              frames,
              System::nanoTime);
      return bothWays(ends[0], ends[0].counters(), ends[1], ends[1].counters());
    }

    @Override
    public String toString() {
      return "router";
    }
  }

  /**
   * How a router is addressed on one side.
   *
   * @param addresses own ones
   * @param gateways next hops for what is no neighbour
   * @param answered further addresses that are answered for
   */
  record Network(List<InterfaceAddress> addresses, List<Gateway> gateways, AddressSet answered) {
    /** Makes sure that it can be used, whatever the device. */
    public Network {
      addresses = List.copyOf(addresses);
      gateways = List.copyOf(gateways);
      RouterInterface checked =
          new RouterInterface(0, addresses, gateways, answered, RouterInterface.DEFAULT_MTU);
      assert checked.addresses().equals(addresses);
    }

    private RouterInterface at(Side device) {
      return new RouterInterface(device.mac(), addresses, gateways, answered, device.mtu());
    }
  }
}

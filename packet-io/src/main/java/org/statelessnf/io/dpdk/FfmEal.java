package org.statelessnf.io.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DPDK by downcalls. {@code rte_eal_init} pins the thread that calls it to a core and numbers it,
 * and {@code rte_errno} is a variable of the thread: so one thread of its own makes all calls of
 * this class but {@link #registerThread} and {@link #attachAs}.
 */
final class FfmEal implements Eal {
  private static final Logger LOG = LoggerFactory.getLogger(FfmEal.class);
  private static final int ENOTSUP = 95;
  private static final int ENOSYS = 38;
  private static final int MAX_PORTS = 32;

  /** More than {@code struct rte_eth_conf} has in any version; zeros are its defaults. */
  private static final int CONF_BYTES = 8_192;

  private static final long CONF_RX_MODE = 8;
  private static final int RX_MODE_RSS = 1;
  private static final long CONF_RSS_HASH = 144;
  private static final int INFO_BYTES = 4_096;
  private static final long INFO_RSS_OFFLOADS = 112;

  /** IPv4, IPv6, fragments, TCP, UDP, SCTP: {@code RTE_ETH_RSS_*} 2 to 17 but for layer 2. */
  private static final long RSS_IP_TCP_UDP = 0x3bffcL;

  /** Interface of DPDK 22.11, the one whose device information these offsets are of. */
  private static final int ABI_WITH_RSS_OFFSETS = 23;

  private static final int STATS_BYTES = 4_096;

  private final DpdkLibrary library;
  private final ControlThread control = new ControlThread("dpdk-control");
  private final NativeCalls calls;
  private final PoolCalls poolCalls;
  private boolean started;

  FfmEal(DpdkLibrary library) {
    this.library = library;
    this.calls = new NativeCalls(library);
    this.poolCalls = new PoolCalls(library);
  }

  @Override
  public String version() {
    return calls.text("rte_version");
  }

  @Override
  public void start(List<String> arguments) {
    control.run(() -> {
      if (!started) {
        initialise(arguments);
        started = true;
      }
    });
  }

  private void initialise(List<String> arguments) {
    // DPDK keeps the arguments.
    Arena forever = Arena.global();
    MemorySegment argv = forever.allocate(ADDRESS, arguments.size() + 2L);
    argv.setAtIndex(ADDRESS, 0, forever.allocateFrom("snf"));
    for (int i = 0; i < arguments.size(); i++) {
      argv.setAtIndex(ADDRESS, i + 1L, forever.allocateFrom(arguments.get(i)));
    }
    int code =
        calls.integer(
            "rte_eal_init",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS),
            arguments.size() + 1,
            argv);
    if (code < 0) {
      throw new DpdkException(
          "DPDK does not start ("
              + calls.errorText()
              + "); its arguments were: "
              + String.join(" ", arguments));
    }
    removeRuntimeDirectory();
  }

  /** It makes one for files that it then, with these arguments, does not write. */
  private void removeRuntimeDirectory() {
    Path directory = Path.of(calls.text("rte_eal_get_runtime_dir"));
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      LOG.debug("{} is in use", directory); // other arguments: the user's
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", directory, e.getMessage());
    }
  }

  @Override
  public int attach(String bus, String name, String arguments) {
    return control.call(() -> attachHere(bus, name, arguments));
  }

  @Override
  public int attachAs(int number, String bus, String name, String arguments) {
    // Not by the control thread, which would keep the other id for ever.
    try (ControlThread stranger = new ControlThread("dpdk-attach")) {
      return stranger.call(() -> {
        if (!PretendedProcessId.take(number)) {
          throw new DpdkException("device " + name + " cannot be attached under another id");
        }
        return attachHere(bus, name, arguments);
      });
    }
  }

  private int attachHere(String bus, String name, String arguments) {
    try (Arena arena = Arena.ofConfined()) {
      check(
          calls.integer(
              "rte_eal_hotplug_add",
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
              arena.allocateFrom(bus),
              arena.allocateFrom(name),
              arena.allocateFrom(arguments)),
          "device " + name + " cannot be attached");
      MemorySegment port = arena.allocate(JAVA_SHORT);
      check(
          calls.integer(
              "rte_eth_dev_get_port_by_name",
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS),
              arena.allocateFrom(name),
              port),
          "device " + name + " has no port");
      return port.get(JAVA_SHORT, 0) & 0xffff;
    }
  }

  @Override
  public void detach(String bus, String name) {
    control.run(() -> {
      try (Arena arena = Arena.ofConfined()) {
        check(
            calls.integer(
                "rte_eal_hotplug_remove",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS),
                arena.allocateFrom(bus),
                arena.allocateFrom(name)),
            "device " + name + " cannot be detached");
      }
    });
  }

  @Override
  public long createPool(String name, int buffers, int cacheBuffers, int dataBytes) {
    return control.call(() -> {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment pool =
            calls.address(
                "rte_pktmbuf_pool_create",
                FunctionDescriptor.of(
                    ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_SHORT, JAVA_SHORT, JAVA_INT),
                arena.allocateFrom(name),
                buffers,
                cacheBuffers,
                (short) Mbuf.PRIVATE_BYTES,
                (short) dataBytes,
                anySocket());
        if (pool.address() == 0) {
          throw new DpdkException(
              "no pool of " + buffers + " packet buffers: " + calls.errorText());
        }
        return pool.address();
      }
    });
  }

  private static int anySocket() {
    return -1;
  }

  @Override
  public int available(long pool) {
    return control.call(() ->
        calls.integer("rte_mempool_avail_count", FunctionDescriptor.of(JAVA_INT, JAVA_LONG), pool));
  }

  @Override
  public void freePool(long pool) {
    control.run(
        () -> calls.nothing("rte_mempool_free", FunctionDescriptor.ofVoid(JAVA_LONG), pool));
  }

  @Override
  public void startPort(int port, PortSetup setup) {
    control.run(() -> {
      try (Arena arena = Arena.ofConfined()) {
        configure(port, setup, arena);
        check(onPort("rte_eth_dev_start", port), "device cannot be started");
        promiscuous(port, setup.promiscuous());
      }
    });
  }

  private void configure(int port, PortSetup setup, Arena arena) {
    MemorySegment conf = arena.allocate(CONF_BYTES, 64);
    if (setup.spread()) {
      spread(port, conf, arena);
    }
    short queues = (short) setup.queues();
    check(
        calls.integer(
            "rte_eth_dev_configure",
            FunctionDescriptor.of(JAVA_INT, JAVA_SHORT, JAVA_SHORT, JAVA_SHORT, ADDRESS),
            (short) port,
            queues,
            queues,
            conf),
        "device cannot be set up with queues: " + queues);
    MemorySegment receive = arena.allocateFrom(JAVA_SHORT, (short) setup.descriptors());
    MemorySegment transmit = arena.allocateFrom(JAVA_SHORT, (short) setup.descriptors());
    check(
        calls.integer(
            "rte_eth_dev_adjust_nb_rx_tx_desc",
            FunctionDescriptor.of(JAVA_INT, JAVA_SHORT, ADDRESS, ADDRESS),
            (short) port,
            receive,
            transmit),
        "device cannot have rings of " + setup.descriptors());
    for (short queue = 0; queue < queues; queue++) {
      check(
          calls.integer(
              "rte_eth_rx_queue_setup",
              FunctionDescriptor.of(
                  JAVA_INT, JAVA_SHORT, JAVA_SHORT, JAVA_SHORT, JAVA_INT, ADDRESS, JAVA_LONG),
              (short) port,
              queue,
              receive.get(JAVA_SHORT, 0),
              0,
              MemorySegment.NULL,
              setup.pool()),
          "receive queue " + queue + " cannot be set up");
      check(
          calls.integer(
              "rte_eth_tx_queue_setup",
              FunctionDescriptor.of(
                  JAVA_INT, JAVA_SHORT, JAVA_SHORT, JAVA_SHORT, JAVA_INT, ADDRESS),
              (short) port,
              queue,
              transmit.get(JAVA_SHORT, 0),
              0,
              MemorySegment.NULL),
          "transmit queue " + queue + " cannot be set up");
    }
  }

  /** Asks the device to spread flows over its queues by whatever of addresses and ports it can. */
  private void spread(int port, MemorySegment conf, Arena arena) {
    if (library.abi().major() != ABI_WITH_RSS_OFFSETS) {
      throw new DpdkException(
          "several queues of a hardware device are known for DPDK 22.11 only; use queues=1");
    }
    MemorySegment info = arena.allocate(INFO_BYTES, 64);
    check(
        calls.integer(
            "rte_eth_dev_info_get",
            FunctionDescriptor.of(JAVA_INT, JAVA_SHORT, ADDRESS),
            (short) port,
            info),
        "device tells nothing of itself");
    long offered = info.get(JAVA_LONG, INFO_RSS_OFFLOADS) & RSS_IP_TCP_UDP;
    if (offered == 0) {
      throw new DpdkException("the device cannot spread flows over queues; use queues=1");
    }
    conf.set(JAVA_INT, CONF_RX_MODE, RX_MODE_RSS);
    conf.set(JAVA_LONG, CONF_RSS_HASH, offered);
  }

  private void promiscuous(int port, boolean wanted) {
    int code = onPort(wanted ? "rte_eth_promiscuous_enable" : "rte_eth_promiscuous_disable", port);
    if (code != -ENOTSUP && code != -ENOSYS) {
      check(code, "device cannot be made " + (wanted ? "" : "not ") + "promiscuous");
    }
  }

  @Override
  public void closePort(int port) {
    control.run(() -> {
      check(onPort("rte_eth_dev_stop", port), "device cannot be stopped");
      check(onPort("rte_eth_dev_close", port), "device cannot be closed");
    });
  }

  private int onPort(String function, int port) {
    return calls.integer(function, FunctionDescriptor.of(JAVA_INT, JAVA_SHORT), (short) port);
  }

  @Override
  public DpdkStats stats(int port) {
    return control.call(() -> {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment s = arena.allocate(STATS_BYTES, 64);
        check(
            calls.integer(
                "rte_eth_stats_get",
                FunctionDescriptor.of(JAVA_INT, JAVA_SHORT, ADDRESS),
                (short) port,
                s),
            "device tells no statistics");
        return new DpdkStats(
            s.getAtIndex(JAVA_LONG, 0),
            s.getAtIndex(JAVA_LONG, 1),
            s.getAtIndex(JAVA_LONG, 2),
            s.getAtIndex(JAVA_LONG, 3),
            s.getAtIndex(JAVA_LONG, 4),
            s.getAtIndex(JAVA_LONG, 5),
            s.getAtIndex(JAVA_LONG, 6),
            s.getAtIndex(JAVA_LONG, 7));
      }
    });
  }

  @Override
  public long macAddress(int port) {
    return control.call(() -> {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment address = arena.allocate(8);
        check(
            calls.integer(
                "rte_eth_macaddr_get",
                FunctionDescriptor.of(JAVA_INT, JAVA_SHORT, ADDRESS),
                (short) port,
                address),
            "device tells no Ethernet address");
        long mac = 0;
        for (int i = 0; i < 6; i++) {
          mac = mac << 8 | (address.get(JAVA_BYTE, i) & 0xff);
        }
        return mac;
      }
    });
  }

  @Override
  public int mtu(int port) {
    return control.call(() -> {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment mtu = arena.allocate(JAVA_SHORT);
        check(
            calls.integer(
                "rte_eth_dev_get_mtu",
                FunctionDescriptor.of(JAVA_INT, JAVA_SHORT, ADDRESS),
                (short) port,
                mtu),
            "device tells no MTU");
        return mtu.get(JAVA_SHORT, 0) & 0xffff;
      }
    });
  }

  @Override
  public BurstCalls bursts(int port, int queue, boolean systemCalls) {
    MemorySegment all =
        library.symbol("rte_eth_fp_ops").reinterpret(MAX_PORTS * DpdkAbi.PORT_BYTES);
    MemorySegment ops = all.asSlice(port * DpdkAbi.PORT_BYTES, DpdkAbi.PORT_BYTES);
    return new BurstCalls(systemCalls, library.abi(), ops, queue);
  }

  @Override
  public PoolCalls poolCalls() {
    return poolCalls;
  }

  @Override
  public boolean registerThread() {
    return calls.integer("rte_thread_register", FunctionDescriptor.of(JAVA_INT)) == 0;
  }

  private void check(int code, String what) {
    if (code < 0) {
      throw new DpdkException(what + ": " + calls.errorText(-code));
    }
  }
}

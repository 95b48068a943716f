package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.IdleTimeout;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.store.TableClass;

/**
 * A layer-4 load balancer for TCP and UDP over IPv4 and IPv6 (dissertation, algorithm 1).
 *
 * <p>A packet to a virtual address goes to the back end that its flow's record names. A flow
 * without a record gets one from its first packet (a SYN, or any datagram): the back end is chosen
 * by Maglev hashing among those that are up, and the record is created if-absent, so when two
 * instances see the first packet twice, the loser takes the winner's choice. A TCP segment that
 * opens nothing and has no record is dropped. What a back end sends from its service port goes out
 * with the virtual address as source, if the flow is known. ICMP errors are translated both ways
 * (RFC 5508 section 4 applied to a destination NAT), so path-MTU discovery works (RFC 7690 asks for
 * no more of a stateful balancer). Everything else passes untouched.
 *
 * <p>Tables: {@code flows}; {@code clusters}, the back ends of each virtual address with their
 * states, written by housekeeping from the configuration and by {@link LoadBalancerAdmin}; {@code
 * loads}, the flows of each back end, counted by increments at a flow's start and end. An instance
 * that dies between a flow's commit and the increment leaves a load off by one; nothing is decided
 * by it.
 */
public final class LoadBalancer implements NetworkFunction {
  private static final String NAME = "lb";
  private static final long TIMER_SLACK_NANOS = 1_000_000_000L;

  private final StateLayout layout = new StateLayout(NAME);
  private final StateTable flows =
      layout.table("flows", FlowKey.MAX_LENGTH, FlowRecord.LENGTH, TableClass.FLOW);
  private final StateTable clusters =
      layout.table("clusters", Endpoint.LENGTH, ClusterRecord.MAX_LENGTH, TableClass.READ_MOSTLY);
  private final StateTable loads =
      layout.table("loads", 2 * Endpoint.LENGTH, Long.BYTES, TableClass.SHARED);
  private final LbConfig config;
  private final ServiceView[] services;
  private final ClusterSync sync;
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[2 * Endpoint.LENGTH]);

  /**
   * A load balancer for one pipe.
   *
   * @param config what it serves
   */
  public LoadBalancer(LbConfig config) {
    this.config = config;
    this.services = new ServiceView[config.services().size()];
    for (int i = 0; i < services.length; i++) {
      services[i] = new ServiceView(config.services().get(i));
    }
    this.sync = new ClusterSync(clusters);
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  /**
   * A record as a line of text, for operators.
   *
   * @param table name of the table without the prefix: flows, clusters or loads
   * @param key the record's key
   * @param value the record's value
   */
  public static String describe(String table, byte[] key, byte[] value) {
    return LbText.describe(table, key, value);
  }

  /** Names of the tables without the prefix. */
  public static List<String> tableNames() {
    return List.of("flows", "clusters", "loads");
  }

  // --- which records ---

  @Override
  public void locate(Packet p, Keys keys) {
    if (p.parseStatus() != ParseStatus.OK) {
      return;
    }
    if (p.isIcmpError()) {
      locateError(p, keys);
      return;
    }
    if (!isBalanced(p.protocol()) || isLaterFragment(p)) {
      return;
    }
    ServiceView service = service(p.memory(), destination(p), p.ipVersion(), p.destinationPort());
    if (service != null) {
      flow(keys, p, p.protocol(), source(p), p.sourcePort(), service.vip());
      if (mayOpen(p)) {
        long at = keys.reserve(Endpoint.LENGTH);
        service.vip().write(keys.memory(), at);
        keys.commit(clusters, Endpoint.LENGTH);
      }
      return;
    }
    for (ServiceView serving : services) {
      if (serving.isBackend(p.memory(), source(p), p.ipVersion(), p.sourcePort())) {
        flow(keys, p, p.protocol(), destination(p), p.destinationPort(), serving.vip());
      }
    }
  }

  private void locateError(Packet p, Keys keys) {
    if (p.innerL3Offset() < 0 || !isBalanced(p.innerProtocol()) || p.innerL4Offset() < 0) {
      return;
    }
    // A client's side complains about what we sent as the virtual address.
    ServiceView service =
        service(p.memory(), innerSource(p), p.innerIpVersion(), p.innerSourcePort());
    if (service != null) {
      int port = p.innerDestinationPort();
      flow(keys, p, p.innerProtocol(), innerDestination(p), port, service.vip());
      return;
    }
    // A back end's side complains about what we sent to a back end.
    for (ServiceView serving : services) {
      if (serving.isBackend(
          p.memory(), innerDestination(p), p.innerIpVersion(), p.innerDestinationPort())) {
        int port = p.innerSourcePort();
        flow(keys, p, p.innerProtocol(), innerSource(p), port, serving.vip());
      }
    }
  }

  private void flow(Keys keys, Packet p, int protocol, long client, int clientPort, Endpoint vip) {
    long at = keys.reserve(FlowKey.MAX_LENGTH);
    keys.commit(
        flows, FlowKey.write(keys.memory(), at, protocol, p.memory(), client, clientPort, vip));
  }

  // --- what becomes of the packet ---

  @Override
  public void process(Packet p, Step step) {
    if (p.parseStatus() != ParseStatus.OK) {
      notParsed(p, step);
    } else if (p.isIcmpError()) {
      error(p, step);
    } else {
      ServiceView service = service(p.memory(), destination(p), p.ipVersion(), p.destinationPort());
      if (isLaterFragment(p)) {
        fragment(p, step);
      } else if (service != null && isBalanced(p.protocol())) {
        fromClient(p, step, service);
      } else if (step.records() > 0) {
        fromBackend(p, step);
      } else {
        step.forward();
      }
    }
  }

  private static void notParsed(Packet p, Step step) {
    if (p.parseStatus() == ParseStatus.NOT_IP) {
      step.forward();
    } else {
      step.drop(DropReason.MALFORMED);
    }
  }

  /** Without ports there is no telling the flow; fragments to a virtual address end here. */
  private void fragment(Packet p, Step step) {
    for (ServiceView service : services) {
      Endpoint vip = service.vip();
      if (vip.matches(p.memory(), destination(p), p.ipVersion(), vip.port())) {
        step.drop(DropReason.FRAGMENT);
        return;
      }
    }
    step.forward();
  }

  private void fromClient(Packet p, Step step, ServiceView service) {
    StagedRecord flow = step.record(0);
    if (step.records() > 1 && step.record(1).exists()) {
      StagedRecord cluster = step.record(1);
      service.update(cluster.memory(), cluster.offset(), cluster.length());
    }
    if (!isLive(flow, step.nowNanos())) {
      open(p, step, flow, service, false);
      return;
    }
    int state = FlowRecord.state(flow.memory(), flow.offset());
    boolean anew =
        isSyn(p)
            && (state == FlowState.CLOSED
                || (state == FlowState.OPENING
                    && service.isDown(flow.memory(), flow.offset() + FlowRecord.BACKEND)));
    if (anew) {
      open(p, step, flow, service, true);
      return;
    }
    toBackend(flow, step, false);
    goOn(p, step, flow, true);
  }

  private void open(Packet p, Step step, StagedRecord flow, ServiceView service, boolean replaces) {
    if (!mayOpen(p)) {
      step.drop(DropReason.INVALID_STATE);
      return;
    }
    if (service.table().isEmpty()) {
      step.drop(DropReason.NO_BACKEND);
      return;
    }
    if (replaces) {
      count(step, flow, -1);
    }
    Endpoint backend = service.table().pick(FlowKeys.flowHash(p));
    int state = p.protocol() == IpProtocol.TCP ? FlowState.OPENING : FlowState.DATAGRAMS;
    long now = step.nowNanos();
    long at = flow.write(FlowRecord.LENGTH);
    FlowRecord.write(flow.memory(), at, state, now, backend, service.vip());
    step.armTimer(flow, IdleTimeout.remainingMillis(now, now, FlowState.timeoutNanos(state)));
    count(step, flow, 1);
    toBackend(flow, step, false);
    step.forward();
  }

  private void fromBackend(Packet p, Step step) {
    for (int i = 0; i < step.records(); i++) {
      StagedRecord flow = step.record(i);
      if (isLive(flow, step.nowNanos())
          && isBackendOf(flow, p.memory(), source(p), p.ipVersion(), p.sourcePort())) {
        MemorySegment record = flow.memory();
        long vip = flow.offset() + FlowRecord.VIP;
        step.rewrite()
            .source(
                Endpoints.high(record, vip),
                Endpoints.low(record, vip),
                Endpoints.port(record, vip));
        goOn(p, step, flow, false);
        return;
      }
    }
    // From a back end's service port, but of no flow of ours: not to be let out as itself.
    step.drop(DropReason.NO_MAPPING);
  }

  private void goOn(Packet p, Step step, StagedRecord flow, boolean fromClient) {
    long now = step.nowNanos();
    int before = FlowRecord.state(flow.memory(), flow.offset());
    int state =
        p.protocol() == IpProtocol.TCP ? FlowState.after(before, p.tcpFlags(), fromClient) : before;
    long lastSeen = FlowRecord.lastSeenNanos(flow.memory(), flow.offset());
    long timeout = FlowState.timeoutNanos(state);
    if (state != before || IdleTimeout.needsRefresh(lastSeen, now, timeout)) {
      long use = Math.max(lastSeen, now);
      long at = flow.write(FlowRecord.LENGTH);
      FlowRecord.touch(flow.memory(), at, state, use);
      if (FlowState.timeoutNanos(before) - timeout > TIMER_SLACK_NANOS) {
        step.armTimer(flow, IdleTimeout.remainingMillis(use, now, timeout));
      }
    }
    step.forward();
  }

  private void error(Packet p, Step step) {
    if (step.records() == 0) {
      step.forward();
      return;
    }
    boolean fromClientSide =
        service(p.memory(), innerSource(p), p.innerIpVersion(), p.innerSourcePort()) != null;
    for (int i = 0; i < step.records(); i++) {
      StagedRecord flow = step.record(i);
      if (!isLive(flow, step.nowNanos())) {
        continue;
      }
      long backend = flow.offset() + FlowRecord.BACKEND;
      if (fromClientSide) {
        toBackend(flow, step, true);
        step.forward();
        return;
      }
      if (isBackendOf(
          flow, p.memory(), innerDestination(p), p.innerIpVersion(), p.innerDestinationPort())) {
        MemorySegment record = flow.memory();
        long vip = flow.offset() + FlowRecord.VIP;
        long high = Endpoints.high(record, vip);
        long low = Endpoints.low(record, vip);
        step.rewrite().innerDestination(high, low, Endpoints.port(record, vip));
        if (Endpoints.isAddress(record, backend, p.memory(), source(p), p.ipVersion())) {
          step.rewrite().source(high, low, -1);
        }
        step.forward();
        return;
      }
    }
    step.drop(DropReason.ICMP_UNRELATED);
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord flow = step.record(0);
    if (!flow.exists()) {
      return;
    }
    long now = step.nowNanos();
    if (!isLive(flow, now)) {
      if (FlowRecord.isUsable(flow.memory(), flow.offset(), flow.length())) {
        count(step, flow, -1);
      }
      flow.remove();
    } else {
      int state = FlowRecord.state(flow.memory(), flow.offset());
      long lastSeen = FlowRecord.lastSeenNanos(flow.memory(), flow.offset());
      step.armTimer(
          flow, IdleTimeout.remainingMillis(lastSeen, now, FlowState.timeoutNanos(state)));
    }
  }

  @Override
  public void housekeeping(NfContext context) {
    sync.run(context, config, services);
  }

  // --- details ---

  private void count(Step step, StagedRecord flow, long delta) {
    MemorySegment memory = flow.memory();
    long at = flow.offset();
    MemorySegment.copy(memory, at + FlowRecord.VIP, scratch, 0, Endpoint.LENGTH);
    MemorySegment.copy(memory, at + FlowRecord.BACKEND, scratch, Endpoint.LENGTH, Endpoint.LENGTH);
    step.increment(loads, scratch, 0, 2 * Endpoint.LENGTH, delta);
  }

  private static void toBackend(StagedRecord flow, Step step, boolean quoted) {
    MemorySegment memory = flow.memory();
    long at = flow.offset() + FlowRecord.BACKEND;
    long high = Endpoints.high(memory, at);
    long low = Endpoints.low(memory, at);
    int port = Endpoints.port(memory, at);
    step.rewrite().destination(high, low, quoted ? -1 : port);
    if (quoted) {
      step.rewrite().innerSource(high, low, port);
    }
  }

  private static boolean isLive(StagedRecord flow, long now) {
    if (!flow.exists() || !FlowRecord.isUsable(flow.memory(), flow.offset(), flow.length())) {
      return false;
    }
    int state = FlowRecord.state(flow.memory(), flow.offset());
    long lastSeen = FlowRecord.lastSeenNanos(flow.memory(), flow.offset());
    return !IdleTimeout.isExpired(lastSeen, now, FlowState.timeoutNanos(state));
  }

  private static boolean isBackendOf(
      StagedRecord flow, MemorySegment memory, long address, int version, int port) {
    long at = flow.offset() + FlowRecord.BACKEND;
    return Endpoints.port(flow.memory(), at) == port
        && Endpoints.isAddress(flow.memory(), at, memory, address, version);
  }

  private @Nullable ServiceView service(MemorySegment memory, long address, int version, int port) {
    for (ServiceView service : services) {
      if (service.vip().matches(memory, address, version, port)) {
        return service;
      }
    }
    return null;
  }

  private static boolean mayOpen(Packet p) {
    return p.protocol() == IpProtocol.UDP || isSyn(p);
  }

  private static boolean isSyn(Packet p) {
    int open = TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST | TcpHeader.FIN;
    return p.protocol() == IpProtocol.TCP && (p.tcpFlags() & open) == TcpHeader.SYN;
  }

  private static boolean isBalanced(int protocol) {
    return protocol == IpProtocol.TCP || protocol == IpProtocol.UDP;
  }

  private static boolean isLaterFragment(Packet p) {
    return p.isFragment() && p.fragmentOffset() > 0;
  }

  private static long source(Packet p) {
    return p.l3Start() + (p.ipVersion() == 4 ? Endpoints.IPV4_SOURCE : Endpoints.IPV6_SOURCE);
  }

  private static long destination(Packet p) {
    return p.l3Start()
        + (p.ipVersion() == 4 ? Endpoints.IPV4_DESTINATION : Endpoints.IPV6_DESTINATION);
  }

  private static long innerSource(Packet p) {
    return p.innerL3Start()
        + (p.innerIpVersion() == 4 ? Endpoints.IPV4_SOURCE : Endpoints.IPV6_SOURCE);
  }

  private static long innerDestination(Packet p) {
    return p.innerL3Start()
        + (p.innerIpVersion() == 4 ? Endpoints.IPV4_DESTINATION : Endpoints.IPV6_DESTINATION);
  }
}

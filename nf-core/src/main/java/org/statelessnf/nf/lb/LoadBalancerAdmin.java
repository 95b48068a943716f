package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Table;

/**
 * The operator's hand on a running load balancer: takes back ends out of service and back, looks at
 * states and loads. Works on the store; every instance follows within a second. One thread.
 */
public final class LoadBalancerAdmin implements AutoCloseable {
  private static final int TRIES = 100;

  private final StoreSession session;
  private final Table clusters;
  private final Table loads;

  /**
   * Opens a session.
   *
   * @param store the store that the load balancer's instances share; not closed by this object
   */
  public LoadBalancerAdmin(StateStore store) {
    List<StateTable> tables = new LoadBalancer(new LbConfig(List.of())).layout().tables();
    this.session = store.openSession();
    this.clusters = store.table(tables.get(1).spec());
    this.loads = store.table(tables.get(2).spec());
  }

  /**
   * Sets a back end's state.
   *
   * @param vip the virtual address
   * @param backend one of its back ends
   * @param state the new state
   * @return false if there is no such back end
   * @throws StoreUnavailableException if the store does not answer
   */
  public boolean set(Endpoint vip, Endpoint backend, BackendState state) {
    byte[] key = ClusterSync.key(vip);
    for (int tries = 0; tries < TRIES; tries++) {
      SingleKey.Result old = session.single().read(clusters, key);
      byte[] value = value(old, vip);
      List<ClusterRecord.Member> members = new ArrayList<>();
      boolean found = false;
      for (ClusterRecord.Member member :
          ClusterRecord.decode(MemorySegment.ofArray(value), 0, value.length)) {
        boolean meant = member.endpoint().equals(backend);
        members.add(meant ? new ClusterRecord.Member(backend, state) : member);
        found |= meant;
      }
      if (!found) {
        return false;
      }
      byte[] wanted = ClusterRecord.encode(members);
      if (session.single().putIfVersion(clusters, key, wanted, old.version()).outcome()
          == Outcome.OK) {
        return true;
      }
    }
    throw new StoreUnavailableException("the state of " + backend + " cannot be changed");
  }

  /**
   * The back ends of a virtual address with their states, in the order of the configuration; empty
   * if there is no such service.
   *
   * @param vip the virtual address
   * @throws StoreUnavailableException if the store does not answer
   */
  public Map<String, BackendState> backends(Endpoint vip) {
    byte[] value = value(session.single().read(clusters, ClusterSync.key(vip)), vip);
    Map<String, BackendState> states = new TreeMap<>();
    ClusterRecord.decode(MemorySegment.ofArray(value), 0, value.length)
        .forEach(m -> states.put(m.endpoint().toString(), m.state()));
    return states;
  }

  /**
   * Flows that a back end has at present.
   *
   * @param vip the virtual address
   * @param backend one of its back ends
   * @throws StoreUnavailableException if the store does not answer
   */
  public long load(Endpoint vip, Endpoint backend) {
    byte[] key = new byte[2 * Endpoint.LENGTH];
    MemorySegment memory = MemorySegment.ofArray(key);
    vip.write(memory, 0);
    backend.write(memory, Endpoint.LENGTH);
    byte[] value = value(session.single().read(loads, key), backend);
    return value.length < Long.BYTES ? 0 : LbText.counter(value);
  }

  private static byte[] value(SingleKey.Result result, Endpoint of) {
    if (result.outcome() != Outcome.OK && result.outcome() != Outcome.ABSENT) {
      throw new StoreUnavailableException("the record of " + of + " cannot be read");
    }
    byte[] value = result.value();
    return value == null ? new byte[0] : value;
  }

  @Override
  public void close() {
    session.close();
  }
}

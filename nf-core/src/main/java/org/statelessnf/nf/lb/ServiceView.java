package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A service as this pipe last saw it in the store: who its back ends are, and the table that new
 * flows are spread by. Rebuilt when the cluster record differs from what it was built from.
 */
final class ServiceView {
  private final Endpoint vip;
  private byte[] seen = {};
  private List<ClusterRecord.Member> members;
  private MaglevTable table;

  ServiceView(LbConfig.Service service) {
    this.vip = service.vip();
    List<ClusterRecord.Member> configured = new ArrayList<>();
    service.backends().forEach(b -> configured.add(new ClusterRecord.Member(b, BackendState.UP)));
    this.members = configured;
    this.table = new MaglevTable(service.backends());
  }

  Endpoint vip() {
    return vip;
  }

  MaglevTable table() {
    return table;
  }

  /** Whether an address in a packet and a port are a back end of this service. */
  boolean isBackend(MemorySegment memory, long address, int version, int port) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).endpoint().matches(memory, address, version, port)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the back end in a flow's record is out of service, or gone from the service. */
  boolean isDown(MemorySegment memory, long endpoint) {
    for (int i = 0; i < members.size(); i++) {
      ClusterRecord.Member member = members.get(i);
      if (member.endpoint().isAt(memory, endpoint)) {
        return member.state() == BackendState.DOWN;
      }
    }
    return true;
  }

  /** Takes over the cluster record if it has changed. */
  void update(MemorySegment memory, long offset, int length) {
    if (length == seen.length
        && MemorySegment.mismatch(
                memory, offset, offset + length, MemorySegment.ofArray(seen), 0, length)
            < 0) {
      return;
    }
    seen = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    members = ClusterRecord.decode(memory, offset, length);
    List<Endpoint> up = new ArrayList<>();
    for (ClusterRecord.Member member : members) {
      if (member.state() == BackendState.UP) {
        up.add(member.endpoint());
      }
    }
    table = new MaglevTable(up);
  }
}

package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.Table;

/**
 * Keeps the store's list of back ends in step with the configuration, and this pipe's view in step
 * with the store. At the start, back ends that are new in the configuration are added as UP and
 * those that are no longer in it are removed; the states of the others are the operator's and stay.
 */
final class ClusterSync {
  private static final long INTERVAL_NANOS = 1_000_000_000L;
  private static final int TRIES = 8;

  private final StateTable clusters;
  private boolean published;
  private long nextNanos = System.nanoTime();

  ClusterSync(StateTable clusters) {
    this.clusters = clusters;
  }

  void run(NfContext context, LbConfig config, ServiceView[] services) {
    long now = System.nanoTime();
    if (now - nextNanos < 0) {
      return;
    }
    nextNanos = now + INTERVAL_NANOS;
    Table table = context.table(clusters);
    SingleKey store = context.session().single();
    boolean all = true;
    for (int i = 0; i < services.length; i++) {
      if (!published) {
        all &= publish(store, table, config.services().get(i));
      }
      refresh(store, table, services[i]);
    }
    published |= all;
  }

  private static boolean publish(SingleKey store, Table table, LbConfig.Service service) {
    byte[] key = key(service.vip());
    for (int tries = 0; tries < TRIES; tries++) {
      SingleKey.Result old = store.read(table, key);
      if (old.outcome() != Outcome.OK && old.outcome() != Outcome.ABSENT) {
        return false;
      }
      byte[] wanted = ClusterRecord.encode(merge(service, old.value()));
      if (old.value() != null && Arrays.equals(wanted, old.value())) {
        return true;
      }
      if (store.putIfVersion(table, key, wanted, old.version()).outcome() == Outcome.OK) {
        return true;
      }
    }
    return false;
  }

  private static List<ClusterRecord.Member> merge(LbConfig.Service service, byte @Nullable [] old) {
    List<ClusterRecord.Member> known =
        old == null ? List.of() : ClusterRecord.decode(MemorySegment.ofArray(old), 0, old.length);
    List<ClusterRecord.Member> merged = new ArrayList<>();
    for (Endpoint backend : service.backends()) {
      BackendState state = BackendState.UP;
      for (ClusterRecord.Member member : known) {
        if (member.endpoint().equals(backend)) {
          state = member.state();
        }
      }
      merged.add(new ClusterRecord.Member(backend, state));
    }
    return merged;
  }

  private static void refresh(SingleKey store, Table table, ServiceView service) {
    SingleKey.Result result = store.read(table, key(service.vip()));
    byte[] value = result.value();
    if (value != null) {
      service.update(MemorySegment.ofArray(value), 0, value.length);
    }
  }

  static byte[] key(Endpoint vip) {
    byte[] key = new byte[Endpoint.LENGTH];
    vip.write(MemorySegment.ofArray(key), 0);
    return key;
  }
}

package org.statelessnf.conformance.reference;

import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SlotLayout;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.WriteBatch;

/** Stores that are wrong in one way each, around the reference store. */
final class BrokenStores {
  private BrokenStores() {}

  /** Does what it does not declare. */
  static StateStore undeclared(Feature feature) {
    Set<Feature> fewer = EnumSet.copyOf(ReferenceStore.FEATURES);
    fewer.remove(feature);
    return new DelegatingStore(ReferenceStore.open()) {
      @Override
      public Capabilities capabilities() {
        Capabilities all = super.capabilities();
        return new Capabilities(
            all.scope(),
            all.consistency(),
            all.durability(),
            all.maxKeyBytes(),
            all.maxValueBytes(),
            all.maxInFlight(),
            fewer);
      }
    };
  }

  /** Goes on counting a session that was closed. */
  static StateStore leakedSession() {
    return new DelegatingStore(ReferenceStore.open()) {
      @Override
      public StoreSession openSession() {
        return new DelegatingSession(super.openSession()) {
          @Override
          public void close() {}

          @Override
          public boolean isClosed() {
            return true;
          }
        };
      }
    };
  }

  /** Leaves a thread behind when it is closed. */
  static StateStore leakedThread() {
    Thread thread = new Thread(() -> Kit.sleep(TimeUnit.SECONDS.toMillis(20)), "leaked");
    thread.setDaemon(false);
    thread.start();
    return ReferenceStore.open();
  }

  /** Never ends an operation whose deadline passes. */
  static StateStore neverReturns() {
    return new DelegatingStore(ReferenceStore.open()) {
      @Override
      public StoreSession openSession() {
        return new DelegatingSession(super.openSession()) {
          private boolean lost;

          @Override
          public boolean submit(Batch batch, long timeoutNanos) {
            lost = timeoutNanos < TimeUnit.MICROSECONDS.toNanos(10);
            return lost || super.submit(batch, timeoutNanos);
          }

          @Override
          public void await(Batch batch) {
            while (lost) {
              Kit.sleep(10); // ends when it is interrupted, as the kit does in the end
            }
            super.await(batch);
          }
        };
      }
    };
  }

  /** Ends hurried writes as UNAVAILABLE, though it applies them. */
  static StateStore unavailableThoughApplied() {
    return new DelegatingStore(ReferenceStore.open()) {
      @Override
      public StoreSession openSession() {
        return new DelegatingSession(super.openSession()) {
          @Override
          public boolean submit(Batch batch, long timeoutNanos) {
            boolean taken = super.submit(batch, timeoutNanos);
            if (taken
                && batch instanceof WriteBatch
                && timeoutNanos < TimeUnit.MICROSECONDS.toNanos(100)) {
              for (int slot = 0; slot < batch.size(); slot++) {
                batch
                    .memory()
                    .set(
                        ValueLayout.JAVA_BYTE,
                        (long) slot * SlotLayout.BYTES + SlotLayout.OUTCOME,
                        (byte) Outcome.UNAVAILABLE.code());
              }
            }
            return taken;
          }
        };
      }
    };
  }
}

package org.statelessnf.conformance.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.AbstractStoreSession;

/** Sends batches to a {@link ReferenceServer}, several at a time; reconnects when it must. */
final class RemoteSession extends AbstractStoreSession {
  private record Pending(Batch batch, Link.Ticket ticket) {}

  private final RemoteStore store;
  private final Map<Long, Pending> pending = new TreeMap<>();
  private @Nullable Link link;
  private long lastId;
  private boolean abandonedWasSent;

  RemoteSession(RemoteStore store) {
    super(store);
    this.store = store;
  }

  @Override
  protected void startRead(ReadBatch batch) {
    send(batch);
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    send(batch);
  }

  @Override
  protected void startTimers(TimerBatch batch) {
    send(batch);
  }

  @Override
  protected void startClaim(ClaimBatch batch) {
    send(batch);
  }

  @Override
  protected void startFilter(FilterBatch batch) {
    send(batch);
  }

  @Override
  protected void progress() {
    Link current = link;
    if (current == null) {
      return;
    }
    boolean broken = current.isBroken(); // before the last answers are taken
    for (Wire.Frame frame = current.poll(); frame != null; frame = current.poll()) {
      receive(frame);
    }
    if (broken) {
      link = null;
      List<Pending> lost = new ArrayList<>(pending.values());
      pending.clear();
      lost.forEach(this::fail);
    }
  }

  @Override
  protected void abandon(Batch batch) {
    abandonedWasSent = true;
    pending
        .entrySet()
        .removeIf(entry -> {
          if (entry.getValue().batch() == batch) {
            abandonedWasSent = !entry.getValue().ticket().cancel();
            return true;
          }
          return false;
        });
  }

  @Override
  protected Outcome timedOut(Batch batch, int slot) {
    return abandonedWasSent && !store.flaw("unavailableThoughApplied")
        ? super.timedOut(batch, slot)
        : Outcome.UNAVAILABLE;
  }

  @Override
  protected ScanCursor openScan(Table table) {
    long end = System.nanoTime() + store.defaultTimeoutNanos();
    try (Link own = store.connect()) {
      own.send(new Wire.Frame(1, Wire.SCAN, Wire.encode(out -> out.writeUTF(table.toString()))));
      while (System.nanoTime() < end && !own.isBroken()) {
        Wire.Frame answer = own.poll();
        if (answer != null) {
          return new ListCursor(Wire.replies(Wire.decode(answer.body())));
        }
        Thread.onSpinWait();
      }
      throw new StoreUnavailableException("no answer from " + store.uri());
    } catch (IOException e) {
      throw new StoreUnavailableException("cannot reach " + store.uri(), e);
    }
  }

  @Override
  protected void release() {
    if (link != null) {
      link.close();
    }
  }

  private void send(Batch batch) {
    progress();
    if (link == null) {
      try {
        link = store.connect();
      } catch (IOException e) {
        fail(batch, false);
        return;
      }
    }
    long id = ++lastId;
    Wire.Frame frame = new Wire.Frame(id, Wire.APPLY, Wire.requests(Requests.of(batch)));
    pending.put(id, new Pending(batch, link.send(frame)));
  }

  private void receive(Wire.Frame frame) {
    Pending answered =
        store.flaw("answersByOrder") && !pending.isEmpty()
            ? pending.remove(pending.keySet().iterator().next())
            : pending.remove(frame.id());
    if (answered == null) {
      return; // given up meanwhile
    }
    try {
      Requests.answer(answered.batch(), Wire.replies(Wire.decode(frame.body())), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      answered.batch().resolvePending(Outcome.UNAVAILABLE); // another batch's answer
    }
    complete(answered.batch());
  }

  private void fail(Pending lost) {
    fail(lost.batch(), !lost.ticket().cancel());
  }

  private void fail(Batch batch, boolean sent) {
    abandonedWasSent = sent;
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        batch.resolve(slot, timedOut(batch, slot));
      }
    }
    if (batch instanceof ClaimBatch claim) {
      claim.result(sent ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
    }
    complete(batch);
  }
}

package org.statelessnf.nf.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.StateTable;

/**
 * The batches of a pipe in their order. Batches are filled, processed and released in that order,
 * so packets leave as they came; only their requests to the store overlap.
 *
 * <p>A batch is processed once every earlier one has been, and not before all earlier groups that
 * share a record with it are settled. Its own read of such a record may have been answered before
 * the earlier write: what was written is {@link #forward forwarded} to it.
 */
final class FlightRing {
  private final Flight[] flights;
  private final FlightStep[] steps;
  private final FlightCommit[] commits;
  private final int depth;
  private long head; // sequence of the oldest batch
  private long tail; // sequence that the next batch gets

  FlightRing(
      PipeConfig config,
      int maxItems,
      NetworkFunction function,
      StoreBinding store,
      PipeMetrics metrics) {
    this.depth = config.batchesInFlight();
    this.flights = new Flight[depth];
    this.steps = new FlightStep[depth];
    this.commits = new FlightCommit[depth];
    List<StateTable> tables = function.layout().tables();
    for (int i = 0; i < depth; i++) {
      flights[i] = new Flight(maxItems, tables);
      steps[i] = new FlightStep(flights[i], function, metrics, config.patience().toNanos());
      commits[i] = new FlightCommit(flights[i], steps[i], store, this, config, metrics);
    }
  }

  /** Something to start records with; a layout without tables has none. */
  StateTable anyTable() {
    return flights[0].anyTable();
  }

  boolean isEmpty() {
    return head == tail;
  }

  boolean isFull() {
    return tail - head == depth;
  }

  /** The next free batch, to receive packets into; not while the ring is full. */
  Flight vacant() {
    if (isEmpty()) {
      // The same batch again, as with a store that answers at once: its memory is in the cache.
      tail = (tail + depth - 1) / depth * depth;
      head = tail;
    }
    return flights[slot(tail)];
  }

  /** Takes the next free batch; fill it through {@link #step}, then {@link #launch} it. */
  Flight open() {
    Flight flight = vacant();
    flight.begin(tail);
    return flight;
  }

  FlightStep step(Flight flight) {
    return steps[slot(flight.sequence)];
  }

  void launch(Flight flight) {
    tail++;
    commits[slot(flight.sequence)].begin();
  }

  /** The oldest batch if all its verdicts are final, to be released and then {@link #retire}d. */
  Flight settledHead() {
    return flights[slot(head)];
  }

  boolean isHeadSettled() {
    return head != tail && flights[slot(head)].stage == Flight.Stage.SETTLED;
  }

  void retire() {
    flights[slot(head)].stage = Flight.Stage.FREE;
    head++;
  }

  /** A batch by its position from the oldest, for an abrupt end. */
  Flight inFlight(int position) {
    return flights[slot(head + position)];
  }

  int size() {
    return (int) (tail - head);
  }

  /**
   * Moves every batch on as far as it goes.
   *
   * @return how many moved
   */
  int advance() {
    int moved = 0;
    boolean earlierProcessed = true;
    for (long sequence = head; sequence < tail; sequence++) {
      Flight flight = flights[slot(sequence)];
      FlightCommit commit = commits[slot(sequence)];
      if ((flight.stage == Flight.Stage.READING || flight.stage == Flight.Stage.COMMITTING)
          && commit.advance()) {
        moved++;
      }
      if (flight.stage == Flight.Stage.READ && earlierProcessed && !isBlocked(flight)) {
        commit.process();
        moved++;
      }
      earlierProcessed &=
          flight.stage == Flight.Stage.COMMITTING || flight.stage == Flight.Stage.SETTLED;
    }
    return moved;
  }

  /** Tells the later batches that share a record what was written. */
  void forward(Flight from, Staged record) {
    for (long sequence = from.sequence + 1; sequence < tail; sequence++) {
      Flight later = flights[slot(sequence)];
      if (later.stage == Flight.Stage.READING || later.stage == Flight.Stage.READ) {
        Staged same = find(later, from, record);
        if (same != null) {
          same.earlierWrote(record);
          later.forwardedSome = true;
        }
      }
    }
  }

  private boolean isBlocked(Flight flight) {
    for (long sequence = Math.max(head, flight.blockedBy); sequence < flight.sequence; sequence++) {
      Flight earlier = flights[slot(sequence)];
      if (earlier.stage == Flight.Stage.COMMITTING && sharesUnsettled(earlier, flight)) {
        flight.blockedBy = sequence;
        return true;
      }
    }
    return false;
  }

  private static boolean sharesUnsettled(Flight earlier, Flight later) {
    RecordIndex records = earlier.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      int state = earlier.groupState(record);
      if (state != Groups.SETTLED
          && state != Groups.FAILED
          && find(later, earlier, record) != null) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Staged find(Flight in, Flight owner, Staged record) {
    int index =
        in.records.find(
            record.table, owner.scratch.memory(), record.keyOffset, record.keyLength, record.hash);
    return index < 0 ? null : in.records.get(index);
  }

  private int slot(long sequence) {
    return (int) (sequence % depth);
  }

  void close() {
    for (Flight flight : flights) {
      flight.close();
    }
  }
}

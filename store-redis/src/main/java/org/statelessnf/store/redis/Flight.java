package org.statelessnf.store.redis;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;

/** A batch in flight and the requests it was cut into. Used again for the session's next batch. */
final class Flight {
  private final int number;
  private final List<BatchExchange> exchanges = new ArrayList<>();
  private @Nullable Batch batch;
  private MemorySegment segment = MemorySegment.NULL;
  private ByteBuffer memory = ByteBuffer.allocate(0);
  private int open;
  private @Nullable ClaimRounds claim;

  Flight(int number) {
    this.number = number;
  }

  /** Its place among the session's flights. */
  int number() {
    return number;
  }

  /** Starts over with a batch. */
  @SuppressWarnings("MemorySegmentReferenceEquality") // an equal segment may be a closed arena's
  void begin(Batch of) {
    batch = of;
    exchanges.clear();
    open = 0;
    claim = null;
    if (segment != of.memory()) {
      segment = of.memory();
      memory = segment.asByteBuffer();
    }
  }

  /** Forgets the batch. */
  void end() {
    batch = null;
    exchanges.clear();
  }

  /** The batch, if it is in flight. */
  @Nullable Batch batch() {
    return batch;
  }

  /** The batch's memory; big-endian. */
  ByteBuffer memory() {
    return memory;
  }

  /** The requests; some may have ended, and work for another batch by now. */
  List<BatchExchange> exchanges() {
    return exchanges;
  }

  void add(BatchExchange exchange) {
    exchanges.add(exchange);
    open++;
  }

  /** Keeps the flight open, to be undone by {@link #ended}. */
  void hold() {
    open++;
  }

  /** One request came to its end; true if it was the last. */
  boolean ended() {
    open--;
    return open == 0;
  }

  /** If the batch is a claim, how far it has come. */
  @Nullable ClaimRounds claim() {
    return claim;
  }

  /** Says that the batch is a claim. */
  void claim(ClaimRounds rounds) {
    claim = rounds;
  }
}

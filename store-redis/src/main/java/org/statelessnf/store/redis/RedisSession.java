package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.redis.RedisOptions.Endpoint;
import org.statelessnf.store.support.AbstractStoreSession;
import org.statelessnf.store.support.Versions;

/**
 * A session: cuts batches into exchanges, one per shard, sends them over its {@link Wire} and
 * completes a batch when its last exchange has ended. Exchanges to one server leave together, so a
 * batch takes one round trip per server.
 *
 * <p>All of it runs on the thread that uses the session. Flights and exchanges are pooled; the
 * steady state allocates only what Lettuce and Netty do per request.
 */
final class RedisSession extends AbstractStoreSession {
  private static final int SPINS = 8;
  private static final long MAX_WAIT_NANOS = 20_000_000;

  private final RedisStore store;
  private final Wire wire;
  private final Keyspace keyspace;
  private final Versions versions = new Versions();
  private final KeySet keys = new KeySet();
  private final List<Flight> flights = new ArrayList<>();
  private final Deque<Flight> idleFlights = new ArrayDeque<>();
  private final Deque<ReadExchange> reads = new ArrayDeque<>();
  private final Deque<WriteExchange> writes = new ArrayDeque<>();
  private final Deque<TimerExchange> timers = new ArrayDeque<>();
  private final Deque<ClaimExchange> claims = new ArrayDeque<>();
  private final Deque<FilterExchange> filters = new ArrayDeque<>();
  private final @Nullable BatchExchange[] filling;
  private final @Nullable NodeLink[] links;
  private int topologyVersion;
  private int claimTurn;
  private int active;

  RedisSession(RedisStore store, Wire wire) {
    super(store);
    this.store = store;
    this.wire = wire;
    this.keyspace = store.keyspace();
    this.filling = new BatchExchange[keyspace.shards()];
    this.links = new NodeLink[keyspace.shards()];
  }

  Wire wire() {
    return wire;
  }

  int waitReplicas() {
    return store.options().waitReplicas();
  }

  Script bloomModuleScript() {
    return store.bloomModuleScript();
  }

  // --- batches ---

  @Override
  protected void startRead(ReadBatch batch) {
    Flight flight = begin(batch);
    ByteBuffer memory = flight.memory();
    boolean sharded = keyspace.shards() > 1;
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) != Outcome.PENDING) {
        continue;
      }
      int shard =
          sharded
              ? keyspace.shard(
                  Keyspace.hash(memory, (int) batch.keyOffset(slot), batch.keyLength(slot), 0))
              : 0;
      BatchExchange exchange = filling[shard];
      if (exchange == null || exchange.isFull()) {
        ReadExchange next = reads.poll();
        exchange = next == null ? new ReadExchange(this) : next;
        exchange.begin(flight, shard);
        filling[shard] = exchange;
      }
      exchange.addSlot(slot, batch.keyLength(slot));
    }
    dispatch(flight);
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    Flight flight = begin(batch);
    ByteBuffer memory = flight.memory();
    long firstVersion = versions.take(batch.size());
    boolean putsOnly = true;
    boolean unconditional = true;
    boolean distinct = true;
    boolean sameTtl = true;
    long ttl = 0;
    keys.begin(batch.size());
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) != Outcome.PENDING) {
        continue;
      }
      Op op = batch.op(slot);
      unconditional &= op == Op.PUT;
      putsOnly &= op == Op.PUT || op == Op.PUT_IF_VERSION || op == Op.PUT_IF_ABSENT;
      long slotTtl = batch.effectiveTtlMillis(slot);
      sameTtl &= ttl == 0 || ttl == slotTtl;
      ttl = slotTtl;
      long hash = Keyspace.hash(memory, (int) batch.keyOffset(slot), batch.keyLength(slot), 0);
      distinct = distinct && keys.add(batch, slot, hash);
      addWrite(flight, slot, keyspace.shard(hash), batch.keyLength(slot) + batch.valueLength(slot));
    }
    WriteExchange.Form form = WriteExchange.Form.MIXED;
    if (unconditional && sameTtl && ttl < 0) {
      form = WriteExchange.Form.MSET;
    } else if (putsOnly && sameTtl && distinct) {
      form = WriteExchange.Form.WRITE;
    }
    List<BatchExchange> exchanges = flight.exchanges();
    for (int i = 0; i < exchanges.size(); i++) {
      ((WriteExchange) exchanges.get(i)).form(form, ttl, firstVersion);
    }
    dispatch(flight);
  }

  private void addWrite(Flight flight, int slot, int shard, int bytes) {
    BatchExchange exchange = filling[shard];
    if (exchange == null || exchange.isFull()) {
      WriteExchange next = writes.poll();
      exchange = next == null ? new WriteExchange(this) : next;
      exchange.begin(flight, shard);
      filling[shard] = exchange;
    }
    exchange.addSlot(slot, bytes);
  }

  @Override
  protected void startTimers(TimerBatch batch) {
    Flight flight = begin(batch);
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) != Outcome.PENDING) {
        continue;
      }
      RedisTimerQueue queue = (RedisTimerQueue) batch.queue(slot);
      int part =
          queue.shard(
              Keyspace.hash(
                  flight.memory(), (int) batch.keyOffset(slot), batch.keyLength(slot), 0));
      TimerExchange exchange = null;
      List<BatchExchange> open = flight.exchanges();
      for (int i = open.size() - 1; i >= 0 && exchange == null; i--) {
        TimerExchange candidate = (TimerExchange) open.get(i);
        exchange = candidate.isFor(queue, part) ? candidate : null;
      }
      if (exchange == null) {
        TimerExchange next = timers.poll();
        exchange = next == null ? new TimerExchange(this) : next;
        exchange.begin(flight, queue.storeShard(part));
        exchange.target(queue, part);
      }
      exchange.addSlot(slot, batch.keyLength(slot) + batch.payloadLength(slot));
    }
    dispatch(flight);
  }

  @Override
  protected void startClaim(ClaimBatch batch) {
    Flight flight = begin(batch);
    flight.claim(new ClaimRounds(batch, claimTurn++));
    claimRound(flight);
  }

  private void claimRound(Flight flight) {
    ClaimRounds rounds = flight.claim();
    if (rounds == null) {
      throw new IllegalStateException("no claim");
    }
    flight.exchanges().clear();
    for (int part = 0; part < rounds.queue().shards(); part++) {
      if (rounds.share(part) >= 0) {
        ClaimExchange next = claims.poll();
        ClaimExchange exchange = next == null ? new ClaimExchange(this) : next;
        exchange.begin(flight, rounds.queue().storeShard(part));
        exchange.target(rounds, part);
      }
    }
    dispatch(flight);
  }

  @Override
  protected void startFilter(FilterBatch batch) {
    Flight flight = begin(batch);
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) != Outcome.PENDING) {
        continue;
      }
      RedisBloomFilter filter = (RedisBloomFilter) batch.filter(slot);
      if (batch.op(slot) == Op.FILTER_ROTATE) {
        for (int segment = 0; segment < filter.segments(); segment++) {
          addFilter(flight, batch, slot, filter, segment);
        }
      } else {
        long place =
            RedisBloomFilter.place(
                flight.memory(), (int) batch.keyOffset(slot), batch.keyLength(slot));
        addFilter(flight, batch, slot, filter, filter.segment(place));
      }
    }
    dispatch(flight);
  }

  private void addFilter(
      Flight flight, FilterBatch batch, int slot, RedisBloomFilter filter, int segment) {
    FilterExchange exchange = null;
    List<BatchExchange> open = flight.exchanges();
    for (int i = open.size() - 1; i >= 0 && exchange == null; i--) {
      FilterExchange candidate = (FilterExchange) open.get(i);
      exchange = candidate.isFor(filter, segment) ? candidate : null;
    }
    if (exchange == null) {
      FilterExchange next = filters.poll();
      exchange = next == null ? new FilterExchange(this) : next;
      exchange.begin(flight, filter.storeShard(segment));
      exchange.target(filter, segment);
    }
    exchange.add(slot, batch.op(slot), batch.keyLength(slot));
  }

  // --- flights ---

  private Flight begin(Batch batch) {
    wire.adopt();
    // An idle connection may have been closed: notice before sending into it. The same where a
    // request was refused: a user whose batches all end in submit does not poll.
    if (active == 0 || wire.isUnsettled()) {
      wire.run();
    }
    Flight flight = idleFlights.poll();
    if (flight == null) {
      flight = new Flight(flights.size());
      flights.add(flight);
    }
    batch.attachment(flight.number());
    flight.begin(batch);
    active++;
    return flight;
  }

  /** Sends a flight's exchanges, those to one server together. */
  private void dispatch(Flight flight) {
    Arrays.fill(filling, null);
    List<BatchExchange> exchanges = flight.exchanges();
    flight.hold();
    for (int i = 0; i < exchanges.size(); i++) {
      BatchExchange exchange = exchanges.get(i);
      NodeLink link = link(exchange.shard());
      if (link == null) {
        wire.trouble();
        exchange.lost(new IllegalStateException("no node has the shard"));
      } else {
        exchange.sendOver(link);
      }
    }
    wire.flush();
    ended(flight);
  }

  private @Nullable NodeLink link(int shard) {
    int version = wire.topology().version();
    if (version != topologyVersion) {
      topologyVersion = version;
      Arrays.fill(links, null);
    }
    NodeLink link = links[shard];
    if (link == null) {
      Node node = wire.topology().node(shard);
      link = node == null ? null : wire.link(node);
      links[shard] = link;
    }
    return link;
  }

  /** For exchanges: one of a flight's has ended. */
  void ended(Flight flight) {
    if (!flight.ended()) {
      return;
    }
    Batch batch = flight.batch();
    if (batch == null) {
      return;
    }
    ClaimRounds rounds = flight.claim();
    if (rounds != null) {
      if (rounds.next()) {
        claimRound(flight);
        return;
      }
      rounds.batch().result(rounds.result());
    }
    // Rotations stay pending until here if no segment's exchange has failed.
    batch.resolvePending(batch instanceof FilterBatch ? Outcome.OK : Outcome.UNKNOWN);
    release(flight);
    complete(batch);
  }

  private void release(Flight flight) {
    flight.end();
    idleFlights.push(flight);
    active--;
  }

  /** For exchanges: sends one again, perhaps a little later. */
  void resend(BatchExchange exchange, NodeLink over, long delayMillis) {
    if (delayMillis > 0) {
      var _ =
          wire.loop().schedule(() -> resend(exchange, over, 0), delayMillis, TimeUnit.MILLISECONDS);
    } else if (!exchange.isDetached()) {
      exchange.sendOver(over);
      over.flush();
    }
  }

  /** For exchanges: sends one where an error reply says, {@code MOVED 42 127.0.0.1:6379}. */
  void redirect(BatchExchange exchange, String error, boolean asking) {
    wire.trouble();
    String address = error.substring(error.lastIndexOf(' ') + 1);
    int colon = address.lastIndexOf(':');
    NodeLink link = null;
    if (colon > 0) {
      Endpoint to =
          new Endpoint(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
      link = wire.link(wire.topology().node(to.host(), to.port()));
    }
    if (link == null) {
      link = link(exchange.shard());
    }
    if (link == null) {
      exchange.lost(new IllegalStateException(error));
      return;
    }
    if (asking) {
      link.send(Call.of("ASKING"));
    }
    exchange.sendOver(link);
    link.flush();
  }

  /** For exchanges: one that was answered can be used again. */
  void recycle(BatchExchange exchange) {
    switch (exchange) {
      case ReadExchange read -> reads.push(read);
      case WriteExchange write -> writes.push(write);
      case TimerExchange timer -> timers.push(timer);
      case ClaimExchange claim -> claims.push(claim);
      case FilterExchange filter -> filters.push(filter);
      default -> throw new IllegalStateException(exchange.toString());
    }
  }

  // --- the base class's questions ---

  @Override
  protected void progress() {
    wire.adopt();
    wire.run();
  }

  /** Waits in the event loop, where an answer wakes the thread at once. */
  @Override
  protected void pause(int idle, long deadlineNanos) {
    if (idle < SPINS) {
      Thread.onSpinWait();
      return;
    }
    long nanos = Math.min(deadlineNanos - System.nanoTime(), MAX_WAIT_NANOS);
    if (nanos > 0) {
      wire.run(nanos);
    }
  }

  @Override
  protected void abandon(Batch batch) {
    wire.adopt();
    Flight flight = flights.get(batch.attachment());
    if (flight.batch() != batch) {
      return;
    }
    List<BatchExchange> exchanges = flight.exchanges();
    for (int i = 0; i < exchanges.size(); i++) {
      if (exchanges.get(i).worksFor(flight)) {
        exchanges.get(i).detach();
      }
    }
    ClaimRounds rounds = flight.claim();
    if (rounds != null) {
      rounds.batch().result(rounds.result());
    }
    batch.resolvePending(Outcome.UNKNOWN);
    release(flight);
  }

  @Override
  protected ScanCursor openScan(Table table) {
    wire.adopt();
    return new RedisScan(store, wire, (RedisTable) table);
  }

  @Override
  protected void release() {
    wire.close();
  }
}

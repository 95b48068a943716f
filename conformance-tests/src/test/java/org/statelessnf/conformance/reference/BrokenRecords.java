package org.statelessnf.conformance.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/** Engines whose records are wrong, in one way each. */
final class BrokenRecords {
  private BrokenRecords() {}

  /** Compares first and writes afterwards. */
  static Engine lostUpdate() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        if (request.op() != Op.PUT_IF_VERSION) {
          return pass(request);
        }
        Reply current = pass(with(request, Op.READ));
        if (current.outcome() != Outcome.OK || current.version() != request.expected()) {
          return pass(request);
        }
        LockSupport.parkNanos(1); // a window for others
        return pass(with(request, Op.PUT));
      }
    };
  }

  /** Reads and adds at the client. */
  static Engine lostIncrement() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        if (request.op() != Op.INCREMENT) {
          return pass(request);
        }
        Reply current = pass(number(request, 0));
        if (current.outcome() != Outcome.OK) {
          return current;
        }
        LockSupport.parkNanos(1); // a window for others
        long sum = current.number() + request.number();
        byte[] value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(sum).array();
        Request put =
            new Request(
                Op.PUT, request.space(), request.key(), value, 0, 0, request.ttlMillis(), 0);
        return Reply.number(pass(put).version(), sum);
      }
    };
  }

  /** Others see a write a little later than its writer. */
  static Engine staleRead() {
    record Change(Thread writer, long at, Reply before) {}
    Map<String, Change> changes = new ConcurrentHashMap<>();
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        String place = request.space() + Arrays.toString(request.key());
        if (request.op() == Op.READ) {
          Change change = changes.get(place);
          if (change != null
              && change.writer() != Thread.currentThread()
              && System.nanoTime() - change.at() < TimeUnit.MICROSECONDS.toNanos(300)) {
            return change.before();
          }
          return pass(request);
        }
        Reply before = pass(with(request, Op.READ));
        Reply reply = pass(request);
        if (reply.outcome() == Outcome.OK) {
          changes.put(place, new Change(Thread.currentThread(), System.nanoTime(), before));
        }
        return reply;
      }
    };
  }

  /** Counts versions per record, from 1. */
  static Engine reusedVersion() {
    return new MapEngine() {
      @Override
      Reply write(Request request) {
        Stored stored = live(request.space(), request.key());
        Reply reply = super.write(request);
        Stored now = live(request.space(), request.key());
        if (reply.outcome() != Outcome.OK || now == null) {
          return reply;
        }
        long version = stored == null ? 1 : stored.version() + 1;
        restoreRecord(
            request.space(),
            request.key(),
            new Stored(version, now.value(), now.expires(), now.expiresAt()));
        return new Reply(reply.outcome(), version, reply.number(), reply.key(), reply.value());
      }
    };
  }

  /** Executes the slots of a batch from the last to the first. */
  static Engine reversedBatch() {
    return new SlotWise() {
      @Override
      public List<Reply> apply(List<Request> requests) {
        List<Request> reversed = new ArrayList<>(requests);
        Collections.reverse(reversed);
        List<Reply> replies = new ArrayList<>(inner.apply(reversed));
        if (requests.isEmpty() || requests.getFirst().op() != Op.CLAIM) {
          Collections.reverse(replies);
        }
        return replies;
      }
    };
  }

  /** Gives the answers of the last two slots of longer batches to each other. */
  static Engine swappedAnswers() {
    return new SlotWise() {
      @Override
      public List<Reply> apply(List<Request> requests) {
        List<Reply> replies = new ArrayList<>(inner.apply(requests));
        if (requests.size() > 2 && replies.size() > 2) {
          Collections.swap(replies, replies.size() - 1, replies.size() - 2);
        }
        return replies;
      }
    };
  }

  /** Sometimes reads a value whose end comes from the value before. */
  static Engine tornValue() {
    Map<String, byte[]> latest = new ConcurrentHashMap<>();
    Map<String, byte[]> before = new ConcurrentHashMap<>();
    AtomicInteger reads = new AtomicInteger();
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        String place = request.space() + Arrays.toString(request.key());
        Reply reply = pass(request);
        byte[] value = reply.value();
        byte[] old = before.get(place);
        if (request.op() == Op.PUT_IF_VERSION && reply.outcome() == Outcome.OK) {
          byte[] replaced = latest.put(place, request.value());
          if (replaced != null) {
            before.put(place, replaced);
          }
        } else if (request.op() == Op.READ
            && value != null
            && old != null
            && value.length > 16
            && old.length >= value.length
            && reads.incrementAndGet() % 20 == 0) {
          byte[] torn = value.clone();
          System.arraycopy(old, 12, torn, 12, torn.length - 12);
          return Reply.of(Outcome.OK, reply.version(), torn);
        }
        return reply;
      }
    };
  }

  /** Leaves the namespace out. */
  static Engine namespaceLeak() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        return pass(in(request, request.space().replaceFirst("^[^/]*/", "")));
      }
    };
  }

  /** Takes no value for no record. */
  static Engine emptyIsAbsent() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        Reply reply = pass(request);
        byte[] value = reply.value();
        boolean empty = request.op() == Op.READ && value != null && value.length == 0;
        return empty ? Reply.of(Outcome.ABSENT) : reply;
      }
    };
  }

  /** Multiplies times-to-live. */
  static Engine ttl(double factor) {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        long ttl = request.ttlMillis();
        return pass(ttl > 0 ? ttl(request, Math.max(1, (long) (ttl * factor))) : request);
      }
    };
  }

  /** Counts a time-to-live from the last read. */
  static Engine readsRefresh() {
    Map<ByteBuffer, Long> ttls = new HashMap<>();
    return new MapEngine() {
      @Override
      Reply apply(Request request) {
        ByteBuffer key = ByteBuffer.wrap(request.key());
        if (request.op() == Op.READ) {
          Stored stored = live(request.space(), request.key());
          Long ttl = ttls.get(key);
          if (stored != null && ttl != null) {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ttl);
            restoreRecord(
                request.space(),
                request.key(),
                new Stored(stored.version(), stored.value(), true, until));
          }
        } else if (request.ttlMillis() > 0) {
          ttls.put(key, request.ttlMillis());
        }
        return super.apply(request);
      }
    };
  }

  /** Tells a writer whose condition failed the version that it expected. */
  static Engine wrongMismatch() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        Reply reply = pass(request);
        boolean wrong =
            request.op() == Op.PUT_IF_VERSION
                && reply.outcome() == Outcome.MISMATCH
                && reply.version() != 0;
        return wrong ? Reply.of(Outcome.MISMATCH, request.expected(), reply.value()) : reply;
      }
    };
  }
}

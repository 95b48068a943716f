package org.statelessnf.conformance.reference;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/** Engines whose timers, filters or scans are wrong, in one way each. */
final class BrokenExtras {
  private BrokenExtras() {}

  /** Hands timers out before they are due. */
  static Engine earlyTimer() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        boolean sets = request.op() == Op.SCHEDULE && request.number() > 50;
        return pass(sets ? number(request, request.number() - 40) : request);
      }
    };
  }

  /** Now and then hands out a timer that it does not note as handed out. */
  static Engine timerFiredTwice() {
    AtomicInteger claims = new AtomicInteger();
    return new SlotWise() {
      private List<Reply> again = List.of();

      @Override
      synchronized List<Reply> claim(Request request) {
        if (!again.isEmpty()) {
          List<Reply> replies = again;
          again = List.of();
          return replies;
        }
        List<Reply> replies = super.claim(request);
        if (!replies.isEmpty() && claims.incrementAndGet() % 20 == 0) {
          again = List.of(replies.getFirst());
        }
        return replies;
      }
    };
  }

  /** Leases that never run out. */
  static Engine endlessLease() {
    return new SlotWise() {
      @Override
      List<Reply> claim(Request request) {
        return super.claim(number(request, 1_000_000));
      }
    };
  }

  /** Completes whatever the fencing number. */
  static Engine fenceIgnored() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        Reply reply = pass(request);
        return request.op() == Op.COMPLETE && reply.outcome() == Outcome.MISMATCH
            ? pass(with(request, Op.CANCEL))
            : reply;
      }
    };
  }

  /** Forgets one element in a thousand. */
  static Engine falseNegatives() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        boolean forgets =
            request.op() == Op.FILTER_ADD
                && Math.floorMod(Arrays.hashCode(request.key()), 1000) == 7;
        return forgets ? Reply.of(Outcome.OK) : pass(request);
      }
    };
  }

  /** Finds one element in ten that was never added. */
  static Engine falsePositives() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        boolean finds =
            request.op() == Op.FILTER_TEST
                && Math.floorMod(Arrays.hashCode(request.key()), 10) == 7;
        return finds ? Reply.number(0, 1) : pass(request);
      }
    };
  }

  /** Drops a generation too early. */
  static Engine eagerRotation() {
    return new SlotWise() {
      @Override
      Reply one(Request request) {
        return request.op() == Op.FILTER_ROTATE && request.max() > 1
            ? pass(
                new Request(
                    request.op(),
                    request.space(),
                    request.key(),
                    request.value(),
                    0,
                    0,
                    0,
                    request.max() - 1))
            : pass(request);
      }
    };
  }

  /** Leaves records out of long scans. */
  static Engine incompleteScan() {
    return new SlotWise() {
      @Override
      public List<Reply> scan(String space) {
        List<Reply> all = inner.scan(space);
        return all.size() > 256 ? all.subList(0, all.size() - 1) : all;
      }
    };
  }
}

package org.statelessnf.conformance.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Op;

/**
 * Checks one key in O(n log n). A version's write and the operations that saw it form a group, and
 * groups of which one replaced the other form a chain, which no other write can interrupt. Within a
 * chain the order is known, and no operation may have completed before one that precedes it was
 * invoked. Between chains, A must precede B if an operation of A completed before one of B was
 * invoked; a contradiction among chains is always one between two of them: each has an operation
 * that completed before one of the other was invoked.
 */
final class ZoneCheck {
  private static final long ABSENT = 0;

  private final Register register;
  private final Map<Long, List<Operation>> observers = new HashMap<>();
  private final Map<Long, Long> predecessors = new HashMap<>();
  private final Map<Long, Long> successors = new HashMap<>();
  private final List<Zone> zones = new ArrayList<>();

  /** A chain as a whole: its first completion and its last invocation. */
  private record Zone(Operation firstDone, Operation lastInvoked, long completed, long invoked) {
    boolean isForward() {
      return completed < invoked;
    }
  }

  private ZoneCheck(Register register) {
    this.register = register;
  }

  static Verdict check(Register register) {
    ZoneCheck check = new ZoneCheck(register);
    Verdict verdict = check.group();
    if (verdict == null) {
      verdict = check.link();
    }
    if (verdict == null) {
      verdict = check.checkChains();
    }
    if (verdict == null) {
      verdict = check.compareZones();
    }
    return verdict == null ? Verdict.ACCEPTED : verdict;
  }

  private @Nullable Verdict group() {
    if (register.isCertain()) {
      observers.put(ABSENT, new ArrayList<>());
    }
    for (Operation operation : register.operations()) {
      if (operation.changed() && !operation.removes()) {
        observers.computeIfAbsent(operation.version(), version -> new ArrayList<>());
      }
      if (operation.replacedExpected()) {
        observers.computeIfAbsent(operation.expected(), version -> new ArrayList<>());
      }
      if (operation.sawVersion()) {
        observers.computeIfAbsent(operation.version(), version -> new ArrayList<>()).add(operation);
      } else if (operation.sawAbsence() && register.isCertain()) {
        observers.computeIfAbsent(ABSENT, version -> new ArrayList<>()).add(operation);
      }
    }
    return null;
  }

  private @Nullable Verdict link() {
    Map<Long, Operation> counters = new HashMap<>();
    if (register.countsUp()) {
      for (Operation operation : register.operations()) {
        Operation other = operation.changed() ? counters.put(operation.seen(), operation) : null;
        if (other != null) {
          return Verdict.rejected(
              "two increments answered " + operation.seen(), List.of(other, operation));
        }
      }
    }
    for (Operation write : register.operations()) {
      if (!write.changed() || write.removes()) {
        continue;
      }
      Long before = null;
      if (write.op() == Op.PUT_IF_VERSION) {
        before = write.expected();
      } else if (write.op() == Op.PUT_IF_ABSENT && register.isCertain()) {
        before = ABSENT;
      } else if (write.op() == Op.INCREMENT && register.countsUp()) {
        long from = write.seen() - write.written();
        Operation earlier = counters.get(from);
        if (from != 0 && earlier == null) {
          return Verdict.rejected(
              "an increment by %d answered %d, but no write left %d"
                  .formatted(write.written(), write.seen(), from),
              List.of(write));
        }
        before = earlier == null ? absentIfCertain() : Long.valueOf(earlier.version());
      }
      if (before != null) {
        predecessors.put(write.version(), before);
        Long rival = successors.put(before, write.version());
        if (rival != null) {
          Operation other = register.writer(rival);
          return Verdict.rejected(
              before == ABSENT
                  ? "two writes created a record that was never removed"
                  : "lost update: two writes replaced version " + before,
              other == null ? List.of(write) : List.of(other, write));
        }
      }
    }
    return null;
  }

  private @Nullable Long absentIfCertain() {
    return register.isCertain() ? ABSENT : null;
  }

  private @Nullable Verdict checkChains() {
    Set<Long> seen = new HashSet<>();
    for (Long root : observers.keySet()) {
      if (!predecessors.containsKey(root)) {
        Verdict verdict = checkChain(root, seen);
        if (verdict != null) {
          return verdict;
        }
      }
    }
    if (seen.size() < observers.size()) {
      List<Operation> circle = new ArrayList<>();
      for (Long version : observers.keySet()) {
        Operation writer = seen.contains(version) ? null : register.writer(version);
        if (writer != null) {
          circle.add(writer);
        }
      }
      return Verdict.rejected("writes replaced each other in a circle", circle);
    }
    return null;
  }

  /** Walks a chain in its order and looks whether time agrees. */
  private @Nullable Verdict checkChain(Long root, Set<Long> seen) {
    Walk walk = new Walk();
    for (Long version = root; version != null; version = successors.get(version)) {
      seen.add(version);
      Operation writer = version == ABSENT ? null : register.writer(version);
      Verdict verdict = writer == null ? null : walk.step(List.of(writer), writer);
      if (verdict == null) {
        verdict = walk.step(observers.getOrDefault(version, List.of()), writer);
      }
      Operation replacer = register.replacer(version);
      if (verdict == null && replacer != null && replacer.removes()) {
        verdict = walk.step(List.of(replacer), replacer);
      }
      if (verdict != null) {
        return verdict;
      }
    }
    walk.addZone(root == ABSENT, zones);
    return null;
  }

  /** Where the walk along a chain stands. */
  private static final class Walk {
    private @Nullable Operation lastInvoked;
    private @Nullable Operation firstDone;
    private @Nullable Operation lastWriter;

    @Nullable Verdict step(List<Operation> together, @Nullable Operation writer) {
      for (Operation operation : together) {
        if (lastInvoked != null && operation.complete() < lastInvoked.invoke()) {
          List<Operation> offending = new ArrayList<>(List.of(operation, lastInvoked));
          for (Operation related : Arrays.asList(writer, lastWriter)) {
            if (related != null) {
              offending.add(related);
            }
          }
          return Verdict.rejected(reason(operation, lastInvoked), offending);
        }
      }
      for (Operation operation : together) {
        if (lastInvoked == null || operation.invoke() > lastInvoked.invoke()) {
          lastInvoked = operation;
        }
        if (firstDone == null || operation.complete() < firstDone.complete()) {
          firstDone = operation;
        }
      }
      lastWriter = writer;
      return null;
    }

    /** {@code later} comes later in the chain, but was over before {@code earlier} began. */
    private static String reason(Operation later, Operation earlier) {
      if (later.changed() && !earlier.changed()) {
        return "stale read: version %d was seen after it had been replaced"
            .formatted(earlier.version());
      }
      if (!later.changed()) {
        return "version %d was seen before the write that made it".formatted(later.version());
      }
      return "a write replaced version %d before that was written".formatted(later.expected());
    }

    void addZone(boolean first, List<Zone> zones) {
      if (firstDone != null && lastInvoked != null) {
        // The absence at the start was there before everything.
        long completed = first ? Long.MIN_VALUE : firstDone.complete();
        zones.add(new Zone(firstDone, lastInvoked, completed, lastInvoked.invoke()));
      }
    }
  }

  private @Nullable Verdict compareZones() {
    List<Zone> forward = new ArrayList<>(zones.stream().filter(Zone::isForward).toList());
    forward.sort(Comparator.comparingLong(Zone::completed));
    // Of the forward zones up to each place, the one that reaches furthest.
    List<Zone> furthest = new ArrayList<>();
    for (Zone zone : forward) {
      Zone reaching = furthest.isEmpty() ? null : furthest.getLast();
      if (reaching != null && zone.completed() < reaching.invoked()) {
        return conflict(reaching, zone);
      }
      furthest.add(reaching == null || zone.invoked() > reaching.invoked() ? zone : reaching);
    }
    for (Zone zone : zones) {
      if (zone.isForward()) {
        continue;
      }
      int before = countCompletedBefore(forward, zone.invoked());
      if (before > 0 && furthest.get(before - 1).invoked() > zone.completed()) {
        return conflict(furthest.get(before - 1), zone);
      }
    }
    return null;
  }

  private static int countCompletedBefore(List<Zone> forward, long time) {
    int low = 0;
    int high = forward.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (forward.get(middle).completed() < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Verdict conflict(Zone one, Zone two) {
    List<Operation> offending = new ArrayList<>();
    for (Operation operation :
        List.of(one.firstDone(), one.lastInvoked(), two.firstDone(), two.lastInvoked())) {
      offending.add(operation);
      Operation writer = operation.sawVersion() ? register.writer(operation.version()) : null;
      if (writer != null) {
        offending.add(writer);
      }
    }
    return Verdict.rejected("two versions were each seen after the other", offending);
  }
}

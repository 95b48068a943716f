package org.statelessnf.conformance.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/**
 * The operations on one key, with what versions tell about them: which write made a version, which
 * operations saw it, which write replaced it. Contradictions that need no order of events to be
 * seen are found here: a version made twice, a version or value out of nowhere, a write that was
 * applied though it was answered that it was not.
 */
final class Register {
  private final List<Operation> operations = new ArrayList<>();
  private final Map<Long, Operation> writers = new HashMap<>();

  /** Of the operations that saw a version with a value, the first. */
  private final Map<Long, Operation> observers = new HashMap<>();

  private final Map<Long, Operation> replacers = new HashMap<>();

  private @Nullable Verdict violation;
  private boolean certain = true;
  private boolean countsUp;

  private Register() {}

  static Register of(List<Operation> history) {
    Register register = new Register();
    register.collect(history);
    return register;
  }

  /** What is wrong without looking at times, or null. */
  @Nullable Verdict violation() {
    return violation;
  }

  /**
   * Whether versions tell everything: then {@link ZoneCheck} is a decision, else only a test that a
   * linearizable history passes.
   */
  boolean isCertain() {
    return certain;
  }

  /** Whether all writes are increments by positive numbers, so that values tell their order. */
  boolean countsUp() {
    return countsUp;
  }

  /** All but those without effect. Writes of unknown outcome whose version was seen count as OK. */
  List<Operation> operations() {
    return operations;
  }

  /** The write that made a version; null if it is not known. */
  @Nullable Operation writer(long version) {
    return writers.get(version);
  }

  /** The conditional write or remove that replaced a version; null if none did. */
  @Nullable Operation replacer(long version) {
    return replacers.get(version);
  }

  /** The value that a version was seen with; {@link Operation#NOTHING} if nobody saw its value. */
  long seenTag(long version) {
    Operation observer = observers.get(version);
    return observer == null ? Operation.NOTHING : observer.seen();
  }

  private void collect(List<Operation> history) {
    Map<Long, Operation> unknownByTag = new HashMap<>();
    Map<Long, Operation> voidByTag = new HashMap<>();
    boolean unknownWrites = false;
    for (Operation operation : history) {
      boolean tagged =
          operation.isWrite() && !operation.removes() && operation.op() != Op.INCREMENT;
      boolean versioned = operation.outcome() == Outcome.OK && !operation.removes();
      if (versioned && operation.version() == 0) {
        reject("an operation was answered OK without a version", operation);
        return;
      }
      if (operation.isVoid()) {
        if (tagged) {
          voidByTag.put(operation.written(), operation);
        }
        continue;
      }
      if (operation.isUnknown()) {
        unknownWrites = true;
        if (tagged) {
          unknownByTag.put(operation.written(), operation);
        }
      }
      if (operation.changed() && !addWriter(operation)) {
        return;
      }
    }
    Map<Operation, Long> resolved = new HashMap<>();
    for (Operation operation : history) {
      if (!operation.isVoid() && !explain(operation, unknownByTag, voidByTag, resolved)) {
        return;
      }
    }
    for (Operation operation : history) {
      if (!operation.isVoid() && !keep(operation, resolved.get(operation))) {
        return;
      }
    }
    for (Operation operation : operations) {
      if (!explainVersions(operation, unknownWrites)) {
        return;
      }
    }
    findDoubts();
  }

  private boolean addWriter(Operation write) {
    if (!write.removes()) {
      Operation other = writers.put(write.version(), write);
      if (other != null) {
        return reject("version " + write.version() + " was given to two writes", other, write);
      }
    }
    if (write.replacedExpected()) {
      Operation other = replacers.put(write.expected(), write);
      if (other != null) {
        return reject("lost update: two writes replaced version " + write.expected(), other, write);
      }
    }
    return true;
  }

  /**
   * Compares a seen value with the write that made its version; finds writes of unknown outcome.
   */
  private boolean explain(
      Operation operation,
      Map<Long, Operation> unknownByTag,
      Map<Long, Operation> voidByTag,
      Map<Operation, Long> resolved) {
    if (!operation.sawVersion() || operation.seen() == Operation.NOTHING) {
      return true;
    }
    long version = operation.version();
    Operation observer = observers.putIfAbsent(version, operation);
    if (observer != null && observer.seen() != operation.seen()) {
      return reject("version " + version + " was seen with two values", observer, operation);
    }
    Operation writer = writers.get(version);
    if (writer != null) {
      return writer.tagAfter() == operation.seen()
          || reject(
              "version %d was seen with a value that its write did not write".formatted(version),
              writer,
              operation);
    }
    Operation unknown = unknownByTag.get(operation.seen());
    if (unknown != null) {
      Long earlier = resolved.putIfAbsent(unknown, version);
      if (earlier != null && earlier != version) {
        return reject("one write was seen with two versions", unknown, operation);
      }
      writers.put(version, unknown);
      return true;
    }
    Operation failed = voidByTag.get(operation.seen());
    return failed == null
        || reject("a write was seen that was answered " + failed.outcome(), failed, operation);
  }

  private boolean explainVersions(Operation operation, boolean unknownWrites) {
    long needed =
        operation.sawVersion()
            ? operation.version()
            : operation.replacedExpected() ? operation.expected() : 0;
    if (needed == 0 || writers.containsKey(needed)) {
      return true;
    }
    if (!unknownWrites) {
      return reject("version " + needed + " was never written", operation);
    }
    certain = false; // some write of unknown outcome made it
    return true;
  }

  private boolean keep(Operation operation, @Nullable Long version) {
    if (version == null) {
      operations.add(operation.isUnknown() ? operation.pending() : operation);
      return true;
    }
    Operation applied =
        new Operation(
            operation.client(),
            operation.key(),
            operation.op(),
            Outcome.OK,
            operation.invoke(),
            Operation.NEVER,
            operation.expected(),
            operation.written(),
            version,
            operation.seen());
    writers.put(version, applied);
    operations.add(applied);
    if (applied.replacedExpected()) {
      Operation other = replacers.put(applied.expected(), applied);
      if (other != null) {
        return reject(
            "lost update: two writes replaced version " + applied.expected(), other, applied);
      }
    }
    return true;
  }

  /** Looks for what versions do not tell. */
  private void findDoubts() {
    boolean increments = false;
    countsUp = true;
    for (Operation operation : operations) {
      boolean mayChange = operation.changed() || operation.isUnknown();
      if (mayChange && operation.removes()) {
        certain = false; // which absence was seen?
      }
      if (mayChange && operation.op() == Op.INCREMENT) {
        increments = true;
      }
      if (mayChange
          && (operation.op() != Op.INCREMENT
              || operation.written() <= 0
              || operation.isUnknown())) {
        countsUp = false; // what did an increment add to?
      }
    }
    countsUp &= increments;
    certain &= countsUp || !increments;
  }

  private boolean reject(String reason, Operation... offending) {
    violation = Verdict.rejected(reason, List.of(offending));
    return false;
  }
}

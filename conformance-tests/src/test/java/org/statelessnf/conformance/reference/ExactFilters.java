package org.statelessnf.conformance.reference;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.statelessnf.store.Outcome;

/** Filters that remember every element: no false answer of either kind. Locked by the engine. */
final class ExactFilters {
  private final Map<String, Deque<Set<ByteBuffer>>> filters = new HashMap<>();

  Reply apply(Request request) {
    Deque<Set<ByteBuffer>> generations =
        filters.computeIfAbsent(
            request.space(),
            name -> {
              Deque<Set<ByteBuffer>> made = new ArrayDeque<>();
              made.addFirst(new HashSet<>());
              return made;
            });
    ByteBuffer element = ByteBuffer.wrap(request.key());
    return switch (request.op()) {
      case FILTER_ADD -> {
        generations.getFirst().add(element);
        yield Reply.of(Outcome.OK);
      }
      case FILTER_TEST ->
          Reply.number(0, generations.stream().anyMatch(set -> set.contains(element)) ? 1 : 0);
      default -> {
        generations.addFirst(new HashSet<>());
        while (generations.size() > request.max()) {
          generations.removeLast();
        }
        yield Reply.of(Outcome.OK);
      }
    };
  }
}

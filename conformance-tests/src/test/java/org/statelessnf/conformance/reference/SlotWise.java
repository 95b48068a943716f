package org.statelessnf.conformance.reference;

import java.util.ArrayList;
import java.util.List;
import org.statelessnf.store.Op;

/** Executes slot by slot, so that single operations can be broken. */
abstract class SlotWise implements Engine {
  final Engine inner = new MapEngine();

  @Override
  public List<Reply> apply(List<Request> requests) {
    List<Reply> replies = new ArrayList<>();
    for (Request request : requests) {
      if (request.op() == Op.CLAIM) {
        return claim(request);
      }
      replies.add(one(request));
    }
    return replies;
  }

  @Override
  public List<Reply> scan(String space) {
    return inner.scan(space);
  }

  List<Reply> claim(Request request) {
    return inner.apply(List.of(request));
  }

  Reply one(Request request) {
    return pass(request);
  }

  final Reply pass(Request request) {
    return inner.apply(List.of(request)).getFirst();
  }

  static Request with(Request request, Op op) {
    return new Request(
        op,
        request.space(),
        request.key(),
        request.value(),
        request.expected(),
        request.number(),
        request.ttlMillis(),
        request.max());
  }

  static Request in(Request request, String space) {
    return new Request(
        request.op(),
        space,
        request.key(),
        request.value(),
        request.expected(),
        request.number(),
        request.ttlMillis(),
        request.max());
  }

  static Request number(Request request, long number) {
    return new Request(
        request.op(),
        request.space(),
        request.key(),
        request.value(),
        request.expected(),
        number,
        request.ttlMillis(),
        request.max());
  }

  static Request ttl(Request request, long ttlMillis) {
    return new Request(
        request.op(),
        request.space(),
        request.key(),
        request.value(),
        request.expected(),
        request.number(),
        ttlMillis,
        request.max());
  }
}

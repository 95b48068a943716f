package org.statelessnf.store.ignite;

import org.statelessnf.store.support.Versions;

/** Turns operations of a {@link Work} into {@link WriteOps} and takes their answers apart. */
final class WriteRequest {
  private WriteRequest() {}

  /**
   * Bytes that a key's operations take in a request.
   *
   * @param index of the round
   * @param key its number in the index
   */
  static int bytes(Work work, KeyIndex index, int key) {
    int bytes = index.key(key).length;
    for (int op = index.firstSlot(key); op >= 0; op = index.nextSlot(op)) {
      bytes += Integer.BYTES + WriteOps.BYTES + work.valueLength(op);
    }
    return bytes;
  }

  /**
   * Makes a request.
   *
   * @param plan has the keys of the request
   * @param versions where new versions come from
   * @param given takes the new versions, by operation
   */
  static byte[] encode(Work work, KeyIndex index, CallPlan plan, Versions versions, long[] given) {
    int count = 0;
    for (int i = 0; i < plan.count(); i++) {
      for (int op = index.firstSlot(plan.members()[i]); op >= 0; op = index.nextSlot(op)) {
        count++;
      }
    }
    byte[] ops = new byte[WriteOps.HEADER + plan.bytes()];
    WriteOps.int32(ops, 0, count);
    int free = WriteOps.tableBytes(count);
    long version = versions.take(count);
    int number = 0;
    for (int i = 0; i < plan.count(); i++) {
      int key = plan.members()[i];
      byte[] name = index.key(key);
      System.arraycopy(name, 0, ops, free, name.length);
      int keyOffset = free;
      free += name.length;
      for (int op = index.firstSlot(key); op >= 0; op = index.nextSlot(op)) {
        WriteOps.hash(ops, number, index.hash(key));
        int at = WriteOps.at(ops, number);
        work.encode(op, ops, at);
        WriteOps.int32(ops, at + WriteOps.KEY_OFFSET, keyOffset);
        WriteOps.int32(ops, at + WriteOps.KEY_LENGTH, name.length);
        WriteOps.int32(ops, at + WriteOps.NEXT, index.nextSlot(op) < 0 ? -1 : number + 1);
        WriteOps.int64(ops, at + WriteOps.VERSION, version);
        given[op] = version++;
        int length = work.valueLength(op);
        WriteOps.int32(ops, at + WriteOps.VALUE_OFFSET, free);
        WriteOps.int32(ops, at + WriteOps.VALUE_LENGTH, length);
        work.copyValue(op, ops, free);
        free += length;
        number++;
      }
    }
    return ops;
  }

  /**
   * Answers the operations on a key for which there was something to tell.
   *
   * @param op the key's first
   * @param results {@link WriteResults}
   * @param given the new versions, by operation; 0 afterwards
   */
  static void answer(Work work, KeyIndex index, int op, byte[] results, long[] given) {
    int at = 0;
    for (; op >= 0; op = index.nextSlot(op)) {
      byte result = results[at++];
      if (result == WriteResults.OK) {
        work.applied(op, given[op]);
      } else {
        at = work.answer(op, result, results, at, given[op]);
      }
      given[op] = 0;
    }
  }
}

package org.statelessnf.store.ignite;

import java.util.ArrayList;
import java.util.List;

/**
 * A node's answer to the question for due timers.
 *
 * @param served whether claimants on that node take care of its timers
 * @param keys of timers that are due
 */
record DueReply(boolean served, List<byte[]> keys) {

  byte[] toBytes() {
    int bytes = 1;
    for (byte[] key : keys) {
      bytes += Integer.BYTES + key.length;
    }
    byte[] out = new byte[bytes];
    out[0] = (byte) (served ? 1 : 0);
    int at = 1;
    for (byte[] key : keys) {
      WriteOps.int32(out, at, key.length);
      System.arraycopy(key, 0, out, at + Integer.BYTES, key.length);
      at += Integer.BYTES + key.length;
    }
    return out;
  }

  static DueReply of(byte[] bytes) {
    List<byte[]> keys = new ArrayList<>();
    for (int at = 1; at < bytes.length; ) {
      byte[] key = new byte[WriteOps.int32(bytes, at)];
      System.arraycopy(bytes, at + Integer.BYTES, key, 0, key.length);
      keys.add(key);
      at += Integer.BYTES + key.length;
    }
    return new DueReply(bytes[0] != 0, keys);
  }
}

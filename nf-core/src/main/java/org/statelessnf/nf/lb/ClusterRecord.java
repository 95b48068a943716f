package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.nf.packet.Wire;

/**
 * A service's back ends and their states, as the store has them: a 2-byte count, 2 bytes 0, then 24
 * bytes each:
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |     state     |                       0                       |
 *  +---------------+-----------------------------------------------+
 *  |                   endpoint (5 words), see Endpoint            |
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class ClusterRecord {
  static final int MAX_LENGTH = 4 + LbConfig.MAX_BACKENDS * 24;

  private static final int HEADER = 4;
  private static final int ENTRY = 24;
  private static final int ENDPOINT = 4;

  private ClusterRecord() {}

  /**
   * A back end in the store.
   *
   * @param endpoint where
   * @param state whether it takes flows
   */
  record Member(Endpoint endpoint, BackendState state) {}

  static byte[] encode(List<Member> members) {
    byte[] bytes = new byte[HEADER + members.size() * ENTRY];
    MemorySegment memory = MemorySegment.ofArray(bytes);
    Wire.put16(memory, 0, members.size());
    long at = HEADER;
    for (Member member : members) {
      Wire.put8(memory, at, member.state().code());
      member.endpoint().write(memory, at + ENDPOINT);
      at += ENTRY;
    }
    return bytes;
  }

  /** Entries that are there in full; a damaged record yields what can be read. */
  static List<Member> decode(MemorySegment memory, long offset, int length) {
    List<Member> members = new ArrayList<>();
    int count = length < HEADER ? 0 : Math.min(Wire.u16(memory, offset), (length - HEADER) / ENTRY);
    for (int i = 0; i < count; i++) {
      long at = offset + HEADER + (long) i * ENTRY;
      members.add(
          new Member(Endpoint.read(memory, at + ENDPOINT), BackendState.of(Wire.u8(memory, at))));
    }
    return members;
  }
}

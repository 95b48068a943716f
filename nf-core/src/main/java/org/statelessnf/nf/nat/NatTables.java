package org.statelessnf.nf.nat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.store.TableClass;

/** The tables of a {@link Nat} and the way to their records. */
final class NatTables {
  /** Name of the network function; prefix of its tables. */
  static final String OWNER = "nat";

  static final String FORWARD = "forward";
  static final String REVERSE = "reverse";
  static final String BLOCKS = "blocks";
  static final String SUBSCRIBERS = "subscribers";
  static final String PERMISSIONS = "permissions";
  static final String FRAGMENTS = "fragments";

  /** Key of a counter of a subscriber's ports: protocol and inside address. */
  private static final int SUBSCRIBER_KEY_LENGTH = 5;

  private static final int COUNTER_BYTES = 8;

  private final StateLayout layout = new StateLayout(OWNER);

  /** {@link MappingKey} of an inside endpoint → {@link MappingRecord}. */
  final StateTable forward =
      layout.table(FORWARD, MappingKey.LENGTH, MappingRecord.LENGTH, TableClass.FLOW);

  /** {@link MappingKey} of an external endpoint → {@link MappingRecord}. */
  final StateTable reverse =
      layout.table(REVERSE, MappingKey.LENGTH, MappingRecord.LENGTH, TableClass.FLOW);

  /** Port blocks: {@link BlockRecord}. */
  final StateTable blocks =
      layout.table(BLOCKS, BlockRecord.KEY_LENGTH, BlockRecord.LENGTH, TableClass.SHARED);

  /** Protocol and inside address → ports in use. */
  final StateTable subscribers =
      layout.table(SUBSCRIBERS, SUBSCRIBER_KEY_LENGTH, COUNTER_BYTES, TableClass.SHARED);

  /** {@link PermissionKey} → time of last use. */
  final StateTable permissions =
      layout.table(PERMISSIONS, PermissionKey.LENGTH, PermissionKey.VALUE_LENGTH, TableClass.FLOW);

  /** {@link FlowKeys#writeDatagram} → {@link FragmentRecord}. */
  final StateTable fragments =
      layout.table(FRAGMENTS, FlowKeys.IPV4_LENGTH, FragmentRecord.LENGTH, TableClass.FLOW);

  private final MemorySegment scratch = Arena.ofAuto().allocate(64, 8);

  StateLayout layout() {
    return layout;
  }

  void locate(Keys keys, StateTable table, int protocol, int address, int port) {
    long at = keys.reserve(MappingKey.LENGTH);
    MappingKey.write(keys.memory(), at, protocol, address, port);
    keys.commit(table, MappingKey.LENGTH);
  }

  @Nullable StagedRecord fetch(Step step, StateTable table, int protocol, int address, int port) {
    MappingKey.write(scratch, 0, protocol, address, port);
    return step.fetch(table, scratch, 0, MappingKey.LENGTH);
  }

  StagedRecord claim(Step step, int protocol, int address, int port) {
    MappingKey.write(scratch, 0, protocol, address, port);
    return step.claim(reverse, scratch, 0, MappingKey.LENGTH);
  }

  /** A subscriber's counter, to be read. */
  @Nullable StagedRecord fetchCounter(Step step, int protocol, int insideAddress) {
    writeSubscriber(scratch, 0, protocol, insideAddress);
    return step.fetch(subscribers, scratch, 0, SUBSCRIBER_KEY_LENGTH);
  }

  void count(Step step, int protocol, int insideAddress, long delta) {
    writeSubscriber(scratch, 0, protocol, insideAddress);
    step.increment(subscribers, scratch, 0, SUBSCRIBER_KEY_LENGTH, delta);
  }

  static int writeSubscriber(MemorySegment memory, long offset, int protocol, int insideAddress) {
    Wire.put8(memory, offset, protocol);
    Wire.put32(memory, offset + 1, insideAddress);
    return SUBSCRIBER_KEY_LENGTH;
  }

  /** What a counter says, little-endian as the store keeps it; 0 if there is none. */
  static long counter(StagedRecord record) {
    return record.exists() && record.length() == COUNTER_BYTES
        ? Long.reverseBytes(Wire.i64(record.memory(), record.offset()))
        : 0;
  }

  void locatePermission(
      Keys keys, int protocol, int insideAddress, int insidePort, int remote, int remotePort) {
    long at = keys.reserve(PermissionKey.LENGTH);
    PermissionKey.write(keys.memory(), at, protocol, insideAddress, insidePort, remote, remotePort);
    keys.commit(permissions, PermissionKey.LENGTH);
  }

  @Nullable StagedRecord fetchPermission(
      Step step, int protocol, int insideAddress, int insidePort, int remote, int remotePort) {
    PermissionKey.write(scratch, 0, protocol, insideAddress, insidePort, remote, remotePort);
    return step.fetch(permissions, scratch, 0, PermissionKey.LENGTH);
  }
}

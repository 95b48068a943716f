package org.statelessnf.nf.engine;

import java.util.Arrays;
import java.util.List;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.store.TableClass;

/**
 * One batch on its way through the pipe: its items, the distinct records they share, and the groups
 * that follow from that. Holds data only; {@link FlightStep} fills it, {@link FlightCommit} takes
 * it to the store and back. Reused; belongs to the worker's thread.
 */
final class Flight {
  /** Where a batch is on its way. */
  enum Stage {
    /** Not in use. */
    FREE,
    /** Its reads are at the store. */
    READING,
    /** Its records are known, it waits for its turn to be processed. */
    READ,
    /** Processed at least once; writes or further reads are at the store. */
    COMMITTING,
    /** Every verdict is final; it waits for its turn to be released. */
    SETTLED
  }

  private static final int SCRATCH_BYTES_PER_ITEM = 256;

  final ScratchMemory scratch;
  final RecordIndex records;
  private final Groups groups;
  final Counts counts;
  final Byproducts byproducts = new Byproducts();
  private final StateTable anyTable;
  private final Item[] items;
  private final Packet[] packets;
  private final boolean[] readMostly;
  private int itemCount;
  private int packetCount;
  private boolean grouped;
  Stage stage = Stage.FREE;

  /** Position in the order of batches of this pipe. */
  long sequence;

  /** Sequence of the batch whose unsettled groups share a record with this one; -1 none. */
  long blockedBy = -1;

  /** Some item has to go on after the commit. */
  boolean proceeds;

  /** Some record was taken over from an earlier batch. */
  boolean forwardedSome;

  Flight(int maxItems, List<StateTable> tables) {
    this.scratch = new ScratchMemory((long) maxItems * SCRATCH_BYTES_PER_ITEM);
    this.anyTable =
        tables.isEmpty() ? new StateTable(0, "none", 1, 0, TableClass.FLOW) : tables.getFirst();
    this.records = new RecordIndex(scratch, anyTable, maxItems * 2);
    this.groups = new Groups(maxItems);
    this.counts = new Counts();
    this.items = new Item[maxItems];
    this.packets = new Packet[maxItems];
    for (int i = 0; i < maxItems; i++) {
      items[i] = new Item(scratch);
    }
    this.readMostly = new boolean[tables.size()];
    for (StateTable table : tables) {
      readMostly[table.index()] = table.tableClass() == TableClass.READ_MOSTLY;
    }
  }

  void begin(long newSequence) {
    sequence = newSequence;
    blockedBy = -1;
    forwardedSome = false;
    proceeds = false;
    records.clear();
    scratch.clear();
    counts.clear();
    byproducts.clear();
    itemCount = 0;
    packetCount = 0;
    grouped = false;
  }

  StateTable anyTable() {
    return anyTable;
  }

  int items() {
    return itemCount;
  }

  /** How many of the items are packets; they come first. */
  int packets() {
    return packetCount;
  }

  Item item(int index) {
    return items[index];
  }

  /** Most records that the batch's requests have room for. */
  int maxRecords() {
    return items.length * FlightStep.RECORDS_PER_ITEM + FlightStep.MORE_RECORDS;
  }

  /** Room for the packets of this batch, in order of arrival. */
  Packet[] packetArray() {
    return packets;
  }

  /** Adds a packet. */
  Item addPacket(Packet packet) {
    Item item = items[itemCount];
    item.initPacket();
    if (packets[packetCount] != packet) { // it usually lies there already
      packets[packetCount] = packet;
    }
    countItem();
    packetCount++;
    return item;
  }

  Item addTimer(StateTable table, long keyOffset, int keyLength, long fence) {
    Item item = items[itemCount];
    item.initTimer(table, keyOffset, keyLength, fence);
    countItem();
    return item;
  }

  private void countItem() {
    if (grouped) {
      groups.init(itemCount);
    }
    itemCount++;
  }

  boolean isReadMostly(StateTable table) {
    return readMostly[table.index()];
  }

  /** Ties an item to a record: items that share a record form a group, in order of arrival. */
  void tie(int itemIndex, Staged record) {
    if (record.item < 0) {
      if (!isReadMostly(record.table)) {
        record.item = itemIndex;
      }
    } else if (grouped) {
      groups.join(record.item, itemIndex);
    }
  }

  /** Whether the groups are known. A batch that writes nothing never needs them. */
  boolean isGrouped() {
    return grouped;
  }

  /** Works out the groups, all active, unless that was done before. */
  Groups group() {
    if (!grouped) {
      grouped = true;
      for (int i = 0; i < itemCount; i++) {
        groups.init(i);
      }
      for (int i = 0; i < itemCount; i++) {
        Item item = items[i];
        for (int r = 0; r < item.recordCount; r++) {
          Staged record = records.get(item.records[r]);
          if (record.item >= 0) {
            groups.join(record.item, i);
          }
        }
      }
    }
    return groups;
  }

  /** Whether an item's group failed before the item had its verdict. */
  boolean isFailed(int itemIndex) {
    Item item = items[itemIndex];
    return grouped
        && (!item.done || item.action == Item.Action.PROCEED)
        && groups.state(itemIndex) == Groups.FAILED;
  }

  /**
   * Begins the next leg of settled groups that have one: of their items, those that are to proceed
   * become active again.
   *
   * @return whether there is such a group
   */
  boolean beginNextLegs() {
    boolean some = false;
    for (int i = 0; i < itemCount; i++) {
      if (items[i].action == Item.Action.PROCEED
          && (!grouped || groups.state(i) == Groups.SETTLED)) {
        some = true;
        if (grouped) {
          groups.state(i, Groups.ACTIVE);
        }
      }
    }
    if (!some) {
      return false;
    }
    proceeds = false;
    for (int i = 0; i < itemCount; i++) {
      if (!grouped || groups.state(i) == Groups.ACTIVE) {
        if (items[i].refresh) {
          groups.refresh(i, true);
        }
        items[i].endLeg();
        counts.commit(i);
      } else if (items[i].action == Item.Action.PROCEED) {
        proceeds = true; // of a group that has not settled yet
      }
    }
    for (int i = 0; grouped && i < records.size(); i++) {
      Staged record = records.get(i);
      if (groupState(record) == Groups.ACTIVE) {
        record.rebase();
      }
    }
    return true;
  }

  /** Whether some group's records are to be read before its next leg. */
  boolean refreshes() {
    for (int i = 0; i < itemCount; i++) {
      if (groups.refreshes(i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether this one is to be read before its group's next leg. */
  boolean refreshes(Staged record) {
    return record.item >= 0
        && groups.refreshes(record.item)
        && groups.state(record.item) == Groups.ACTIVE;
  }

  /** State of the group that a record belongs to; settled if it belongs to none. */
  int groupState(Staged record) {
    return record.item < 0 ? Groups.SETTLED : group().state(record.item);
  }

  void close() {
    scratch.close();
  }

  /** Increments asked for by steps, until the batch settles. */
  static final class Counts {
    /** In place of an item: the increment stands, whatever becomes of the item. */
    static final int COMMITTED = -2;

    private static final int INITIAL = 16;

    private StateTable[] table = new StateTable[INITIAL];
    private int[] item = new int[INITIAL];
    private long[] keyOffset = new long[INITIAL];
    private int[] keyLength = new int[INITIAL];
    private long[] delta = new long[INITIAL];
    private int size;

    void clear() {
      size = 0;
    }

    int size() {
      return size;
    }

    void add(int byItem, StateTable to, long keyAt, int keyBytes, long by) {
      if (size == item.length) {
        grow();
      }
      table[size] = to;
      item[size] = byItem;
      keyOffset[size] = keyAt;
      keyLength[size] = keyBytes;
      delta[size++] = by;
    }

    /** Takes back what an item's earlier attempt asked for. */
    void forget(int byItem) {
      for (int i = 0; i < size; i++) {
        if (item[i] == byItem) {
          item[i] = -1;
        }
      }
    }

    /** What an item asked for in this leg is no longer taken back. */
    void commit(int byItem) {
      for (int i = 0; i < size; i++) {
        if (item[i] == byItem) {
          item[i] = COMMITTED;
        }
      }
    }

    /** Item that asked, -1 if it was taken back, or {@link #COMMITTED}. */
    int item(int index) {
      return item[index];
    }

    StateTable table(int index) {
      return table[index];
    }

    long keyOffset(int index) {
      return keyOffset[index];
    }

    int keyLength(int index) {
      return keyLength[index];
    }

    long delta(int index) {
      return delta[index];
    }

    private void grow() {
      int larger = 2 * item.length;
      table = Arrays.copyOf(table, larger);
      item = Arrays.copyOf(item, larger);
      keyOffset = Arrays.copyOf(keyOffset, larger);
      keyLength = Arrays.copyOf(keyLength, larger);
      delta = Arrays.copyOf(delta, larger);
    }
  }
}

package org.statelessnf.nf.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.packet.Packet;

/**
 * A step over one record that is there, which itself allocates nothing: for measuring what a
 * network function allocates per packet of an established flow.
 */
public final class FixedStep extends PlainStep implements Keys, StagedRecord {
  private final MemorySegment keys = Arena.ofAuto().allocate(256);
  private final MemorySegment value;
  private final Rewrite rewrite = new Rewrite();
  private long nowNanos;
  private int located;
  private boolean passed;

  /**
   * A step over a record.
   *
   * @param value the record's value
   */
  public FixedStep(byte[] value) {
    this.value = Arena.ofAuto().allocate(value.length, 8);
    MemorySegment.copy(MemorySegment.ofArray(value), 0, this.value, 0, value.length);
  }

  /** Starts anew, at the packet's time. */
  public void begin(Packet packet) {
    nowNanos = packet.timestampNanos();
    located = 0;
    passed = false;
    rewrite.clear();
  }

  /** Whether the packet passed. */
  public boolean passed() {
    return passed;
  }

  @Override
  public void add(StateTable table, MemorySegment key, long offset, int length) {
    located++;
  }

  @Override
  public long reserve(int maxBytes) {
    return 0;
  }

  @Override
  public void commit(StateTable table, int length) {
    located++;
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public int attempt() {
    return 0;
  }

  @Override
  public StagedRecord record(int index) {
    return this;
  }

  @Override
  public int records() {
    return located;
  }

  @Override
  public @Nullable StagedRecord fetch(
      StateTable table, MemorySegment key, long offset, int length) {
    throw new IllegalStateException("an established flow needs no other record");
  }

  @Override
  public StagedRecord claim(StateTable table, MemorySegment key, long offset, int length) {
    throw new IllegalStateException("an established flow claims nothing");
  }

  @Override
  public void increment(StateTable table, MemorySegment key, long offset, int length, long delta) {
    throw new IllegalStateException("an established flow counts nothing");
  }

  @Override
  public void armTimer(StagedRecord record, long delayMillis) {
    throw new IllegalStateException("an established flow arms no timer");
  }

  @Override
  public void forward() {
    passed = true;
  }

  @Override
  public void hairpin() {
    passed = true;
  }

  @Override
  public void drop(DropReason reason) {
    passed = false;
  }

  @Override
  public void defer(DropReason reason) {
    passed = false;
  }

  @Override
  public Rewrite rewrite() {
    return rewrite;
  }

  @Override
  public boolean exists() {
    return true;
  }

  /** Of the step: where keys go; of the record: its value. */
  @Override
  public MemorySegment memory() {
    return located == 0 ? keys : value;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public int length() {
    return (int) value.byteSize();
  }

  @Override
  public long write(int length) {
    throw new IllegalStateException("an established flow writes nothing");
  }

  @Override
  public void remove() {
    throw new IllegalStateException("an established flow removes nothing");
  }
}

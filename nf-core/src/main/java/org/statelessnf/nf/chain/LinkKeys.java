package org.statelessnf.nf.chain;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.StateTable;

/** Hands the keys that a link locates on to the chain's. */
final class LinkKeys implements Keys {
  private final Link link;
  private final Keys chain;
  private boolean used;

  LinkKeys(Link link, Keys chain) {
    this.link = link;
    this.chain = chain;
  }

  /** Whether the link located anything. */
  boolean isUsed() {
    return used;
  }

  @Override
  public void add(StateTable table, MemorySegment key, long offset, int length) {
    used = true;
    chain.add(link.chained(table), key, offset, length);
  }

  @Override
  public long reserve(int maxBytes) {
    return chain.reserve(maxBytes);
  }

  @Override
  public MemorySegment memory() {
    return chain.memory();
  }

  @Override
  public void commit(StateTable table, int length) {
    used = true;
    chain.commit(link.chained(table), length);
  }
}

package org.statelessnf.nf;

import java.lang.foreign.MemorySegment;

/**
 * Collects the keys of the records that a packet needs. Keys are copied. A key is usually written
 * in place:
 *
 * <pre>{@code
 * long at = keys.reserve(FlowKeys.MAX_BYTES);
 * keys.commit(FLOWS, FlowKeys.write(packet, keys.memory(), at));
 * }</pre>
 */
public interface Keys {

  /**
   * Adds a key by copying it.
   *
   * @param table one of the layout's tables
   * @param key segment that holds the key
   * @param offset where it starts
   * @param length its length in bytes
   */
  void add(StateTable table, MemorySegment key, long offset, int length);

  /**
   * Makes room to write a key in place.
   *
   * @param maxBytes room needed
   * @return where in {@link #memory()} it may be written, until {@link #commit}
   */
  long reserve(int maxBytes);

  /** Memory that {@link #reserve} speaks of; ask after {@code reserve}. */
  MemorySegment memory();

  /**
   * Adds the key that was written in the room reserved last.
   *
   * @param table one of the layout's tables
   * @param length its length in bytes
   */
  void commit(StateTable table, int length);
}

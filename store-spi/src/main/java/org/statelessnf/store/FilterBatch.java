package org.statelessnf.store;

import java.lang.foreign.MemorySegment;

/**
 * Adds elements to Bloom filters and asks them, one per slot (rule F). Equals the loop of single
 * operations in slot order.
 *
 * <p>There is no false negative, ever: once an add was answered {@link Outcome#OK}, every later
 * question by any instance answers "perhaps" until the element's generation is dropped. Elements
 * are removed by generations: adds go to the newest, questions ask all of them, {@link #rotate}
 * starts a new one and drops the oldest once there are more than the spec says.
 */
public final class FilterBatch extends Batch {
  private static final int DATA_BYTES_PER_SLOT = 64;

  private final BloomFilter[] filters;

  /**
   * For sessions; users call {@link StoreSession#newFilterBatch}.
   *
   * @param session the session it belongs to
   * @param capacity slots
   */
  public FilterBatch(StoreSession session, int capacity) {
    super(session, capacity, (long) capacity * DATA_BYTES_PER_SLOT);
    this.filters = new BloomFilter[capacity];
  }

  /**
   * Adds an element to the newest generation.
   *
   * @param filter a filter of this session's store
   * @param element segment that holds it, copied
   * @param offset where it starts
   * @param length its length, at least 1
   * @return the slot
   */
  public int add(BloomFilter filter, MemorySegment element, long offset, int length) {
    int slot = newSlot(Op.FILTER_ADD, element, offset, length, 0, 0);
    filters[slot] = filter;
    return slot;
  }

  /**
   * Asks all generations.
   *
   * @param filter a filter of this session's store
   * @param element segment that holds it, copied
   * @param offset where it starts
   * @param length its length, at least 1
   * @return the slot
   */
  public int mightContain(BloomFilter filter, MemorySegment element, long offset, int length) {
    int slot = newSlot(Op.FILTER_TEST, element, offset, length, 0, 0);
    filters[slot] = filter;
    return slot;
  }

  /**
   * Starts a new generation and drops the oldest.
   *
   * @param filter a filter of this session's store
   * @return the slot
   */
  public int rotate(BloomFilter filter) {
    int slot = newSlot(Op.FILTER_ROTATE, MemorySegment.NULL, 0, 0, 0, 0);
    filters[slot] = filter;
    return slot;
  }

  /**
   * The filter of a slot.
   *
   * @param slot 0 to {@code size() - 1}
   */
  public BloomFilter filter(int slot) {
    at(slot);
    return filters[slot];
  }

  /**
   * The answer: false means certainly not.
   *
   * @param slot a question that is {@link Outcome#OK}; a question without an answer must be taken
   *     as "perhaps"
   */
  public boolean mightContain(int slot) {
    return outcome(slot) != Outcome.OK
        || memory().get(SlotLayout.U8, at(slot) + SlotLayout.FLAG) != 0;
  }

  // --- for backends ---

  /**
   * For backends: answers a question.
   *
   * @param slot a pending question
   * @param perhaps false only if the element was certainly not added
   */
  public void answer(int slot, boolean perhaps) {
    memory().set(SlotLayout.U8, at(slot) + SlotLayout.FLAG, (byte) (perhaps ? 1 : 0));
    resolve(slot, Outcome.OK);
  }
}

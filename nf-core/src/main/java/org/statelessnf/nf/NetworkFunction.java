package org.statelessnf.nf;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Packet;

/**
 * A network function: a pure step over declared state (Kablan 2017, section 4.2, made correct).
 *
 * <p>For each packet the engine asks {@link #locate} which records it needs, reads them, and calls
 * {@link #process} with the records and an empty verdict. {@code process} may run more than once
 * for the same packet (when another instance changed a record meanwhile), so it must not have
 * effects other than on the {@link Step}: the packet itself must not be touched, rewrites are part
 * of the verdict.
 *
 * <p>One object serves one pipe and is called by that pipe's worker thread only. What an object
 * remembers beside the store may serve speed but never correctness: any packet may go to any
 * instance at any time, and an instance may die between any two calls.
 */
public interface NetworkFunction {

  /** The tables this network function declares. The same object at every call. */
  StateLayout layout();

  /**
   * Says which records a packet needs. Called once per packet, before any read; depends on the
   * packet and on static configuration only. May leave {@code keys} empty: then {@code process}
   * runs without records and without a store access.
   *
   * @param packet parsed; hostile input included, see {@link Packet#parseStatus}
   * @param keys where to put the keys; the order is that of {@link Step#record(int)}
   */
  void locate(Packet packet, Keys keys);

  /**
   * Decides about a packet, given its records. Packets of a batch that share a record are processed
   * in the order of arrival, each seeing what the one before left.
   *
   * @param packet the same packet; not to be changed
   * @param step records, time and verdict
   */
  void process(Packet packet, Step step);

  /**
   * Says which records an expired timer needs. The default: the record that the timer was armed
   * for.
   *
   * @param timer what expired
   * @param keys where to put the keys
   */
  default void locate(TimerEvent timer, Keys keys) {
    keys.add(timer.table(), timer.key(), timer.keyOffset(), timer.keyLength());
  }

  /**
   * Handles an expired timer: the record may have been used since it was armed, so look at its own
   * time of last use, then remove the record or arm the timer again by {@link Step#armTimer}. If it
   * does not arm it again, the timer ends with the commit. Same purity as {@code process}.
   *
   * @param timer what expired
   * @param step the records that {@link #locate(TimerEvent, Keys)} asked for
   */
  default void onTimer(TimerEvent timer, Step step) {}

  /**
   * Takes a report that a step made by {@link Step#report}, after all writes of that step were
   * acknowledged, in the order of the packets. On the worker's thread: what takes long belongs to
   * another one. A report is lost if the instance dies between the acknowledgement and this call.
   *
   * @param report segment that holds the report, valid during the call
   * @param offset where it starts
   * @param length its length in bytes
   */
  default void reported(MemorySegment report, long offset, int length) {}

  /**
   * Called before the first packet, and then between batches at least every 100 ms and whenever a
   * step asked for it by {@link Step#defer}. May work with the store through the session, blocking
   * the pipe meanwhile: leases, health, configuration.
   *
   * @param context the instance and its session
   */
  default void housekeeping(NfContext context) {}

  /**
   * Called when the pipe ends in good order; not when the instance is killed. Gives leases back.
   *
   * @param context the instance and its session
   */
  default void close(NfContext context) {}

  /**
   * Whether packets may leave this function with other header fields than they came with. A chain
   * reads the records of what follows only after such a function.
   */
  default boolean mayRewrite() {
    return true;
  }

  /**
   * Whether the function comes before all others of a chain, whichever side a packet comes from,
   * and wherever it is in the list: it makes of packets what the others can judge. A fragment that
   * it has a record for does not pass it as it is; a chain reads no further for it.
   */
  default boolean isFirst() {
    return false;
  }

  /** Whether TCP segments leave this function in the order of their streams. */
  default boolean putsInOrder() {
    return false;
  }

  /** What becomes of packets whose records cannot be read or written. */
  default FailurePolicy onStoreFailure() {
    return FailurePolicy.DROP;
  }
}

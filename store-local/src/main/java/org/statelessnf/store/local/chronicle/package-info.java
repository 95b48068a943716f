/**
 * The store of one host, {@code chronicle:DIR}: a Chronicle Map in a file that several processes
 * have mapped, such as in {@code /dev/shm}.
 *
 * <p>Start at {@link org.statelessnf.store.local.chronicle.ChronicleStoreProvider}. {@code
 * ControlFile} draws what the processes share beside the records, {@code SessionSlot} says how a
 * session keeps out of a recovery's way and how a write outlives its writer, {@code Recovery} what
 * is done after a process was killed in mid-operation.
 */
@NullMarked
package org.statelessnf.store.local.chronicle;

import org.jspecify.annotations.NullMarked;

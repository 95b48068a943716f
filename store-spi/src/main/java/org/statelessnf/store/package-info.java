/**
 * The store contract: what a network function may ask of the store that keeps its state, and what a
 * store must answer.
 *
 * <p>Start at {@link org.statelessnf.store.StateStore} (one per process) and {@link
 * org.statelessnf.store.StoreSession} (one per thread). All work on the hot path is done in batches
 * over off-heap memory: fill a {@link org.statelessnf.store.ReadBatch} or {@link
 * org.statelessnf.store.WriteBatch}, {@code submit} it, {@code poll} until it is done, read one
 * {@link org.statelessnf.store.Outcome} per slot.
 *
 * <p>The rules are numbered by letter (K, V, B, A, L, O, E, T, F, S, C); the Javadoc of each type
 * names the rules it carries, {@code docs/store-contract.md} lists them all and {@code
 * docs/write-a-backend.md} walks through an implementation.
 */
@NullMarked
package org.statelessnf.store;

import org.jspecify.annotations.NullMarked;

/**
 * How a network function is written: a pure step over declared state.
 *
 * <p>An author implements {@link org.statelessnf.nf.NetworkFunction}: {@code locate} says which
 * records a packet needs, {@code process} turns those records into new records and a verdict. The
 * engine ({@link org.statelessnf.nf.engine}) does the rest for every network function alike:
 * batching, coalescing, conditional writes, retries, timers, release.
 */
@NullMarked
package org.statelessnf.nf;

import org.jspecify.annotations.NullMarked;

/**
 * For tests of network functions: the simplest execution of a {@link
 * org.statelessnf.nf.NetworkFunction} that is correct, one packet at a time over a hash map.
 *
 * <p>It is the reference that the engine is compared with, and the place where an author of a
 * network function tests its logic before batching, conflicts and stores come in. It allocates
 * freely and has no place in a packet path.
 */
@NullMarked
package org.statelessnf.nf.testing;

import org.jspecify.annotations.NullMarked;

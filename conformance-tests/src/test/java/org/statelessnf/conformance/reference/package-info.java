/**
 * A store so simple that its correctness can be seen by reading: what the kit is tested with. It
 * runs in the process, or in a server process of its own so that processes share it and it can be
 * killed.
 */
@NullMarked
package org.statelessnf.conformance.reference;

import org.jspecify.annotations.NullMarked;

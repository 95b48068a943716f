/**
 * Synthetic traffic, the same for the same seed: what {@code snf demo} runs on, and tests and
 * benchmarks may.
 */
@NullMarked
package org.statelessnf.host.trace;

import org.jspecify.annotations.NullMarked;

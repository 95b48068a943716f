/**
 * Benchmarks, each beside its peer in the same run. Their figures are ratios to that peer: absolute
 * ones do not hold on shared machines.
 */
@NullMarked
package org.statelessnf.benchmarks;

import org.jspecify.annotations.NullMarked;

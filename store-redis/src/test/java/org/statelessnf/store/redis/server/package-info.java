/**
 * Redis servers of the tests' own: started on free ports with directories of their own, and ended
 * with the test. Other modules' tests and the benchmarks use them through this module's test jar.
 */
@NullMarked
package org.statelessnf.store.redis.server;

import org.jspecify.annotations.NullMarked;

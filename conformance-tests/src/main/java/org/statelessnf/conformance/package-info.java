/**
 * The conformance kit: the rules of the store contract as tests that any backend can run. Start at
 * {@link org.statelessnf.conformance.StoreConformanceTest}.
 */
@NullMarked
package org.statelessnf.conformance;

import org.jspecify.annotations.NullMarked;

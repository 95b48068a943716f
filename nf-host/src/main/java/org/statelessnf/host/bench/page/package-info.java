/** The page of a benchmark: one file that needs no other. */
@NullMarked
package org.statelessnf.host.bench.page;

import org.jspecify.annotations.NullMarked;

/** Load on a store: what is asked, when, and how long the answers took. */
@NullMarked
package org.statelessnf.host.bench.load;

import org.jspecify.annotations.NullMarked;

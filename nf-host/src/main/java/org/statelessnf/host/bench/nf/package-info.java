/** Network functions under load: preloaded packets, as fast as they go or at a pace. */
@NullMarked
package org.statelessnf.host.bench.nf;

import org.jspecify.annotations.NullMarked;

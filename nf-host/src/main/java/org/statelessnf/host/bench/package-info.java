/** {@code snf bench}: how fast stores, and network functions on them, are. */
@NullMarked
package org.statelessnf.host.bench;

import org.jspecify.annotations.NullMarked;

/** A store that is wrong, and what {@code snf conformance} says of it. */
@NullMarked
package org.statelessnf.host.conformance;

import org.jspecify.annotations.NullMarked;

/** What {@code snf conformance} shows while it runs, and where its reports go. */
@NullMarked
package org.statelessnf.host.conformance;

import org.jspecify.annotations.NullMarked;

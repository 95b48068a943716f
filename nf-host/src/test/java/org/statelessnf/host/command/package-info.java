/** Whole-command tests. */
@NullMarked
package org.statelessnf.host.command;

import org.jspecify.annotations.NullMarked;

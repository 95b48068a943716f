/** The subcommands of {@code snf}, one class each. */
@NullMarked
package org.statelessnf.host.command;

import org.jspecify.annotations.NullMarked;

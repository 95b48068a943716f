/** Runs network functions: pipes, batches, commits, releases. */
@NullMarked
package org.statelessnf.nf.engine;

import org.jspecify.annotations.NullMarked;

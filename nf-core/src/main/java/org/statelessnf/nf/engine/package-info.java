/**
 * Runs network functions: pipes, batches, commits, releases. See {@link
 * org.statelessnf.nf.engine.Pipe}.
 */
@NullMarked
package org.statelessnf.nf.engine;

import org.jspecify.annotations.NullMarked;

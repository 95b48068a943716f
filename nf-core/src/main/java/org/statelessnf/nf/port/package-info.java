/** Where packets come from and go to: the port contract, packet buffers, the in-memory port. */
@NullMarked
package org.statelessnf.nf.port;

import org.jspecify.annotations.NullMarked;

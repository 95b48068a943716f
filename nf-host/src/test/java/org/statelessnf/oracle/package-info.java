/** Network functions compared with somebody else's, packet by packet, over real captures. */
@NullMarked
package org.statelessnf.oracle;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.statelessnf.io.dpdk;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.statelessnf.host.bench.load;

import org.jspecify.annotations.NullMarked;

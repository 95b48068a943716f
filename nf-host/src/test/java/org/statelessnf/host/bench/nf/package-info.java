@NullMarked
package org.statelessnf.host.bench.nf;

import org.jspecify.annotations.NullMarked;

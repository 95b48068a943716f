@NullMarked
package org.statelessnf.host.bench.page;

import org.jspecify.annotations.NullMarked;

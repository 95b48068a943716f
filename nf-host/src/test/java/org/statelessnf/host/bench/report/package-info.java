@NullMarked
package org.statelessnf.host.bench.report;

import org.jspecify.annotations.NullMarked;

/** What a benchmark found, as data, as files and as a page; and what two of them have changed. */
@NullMarked
package org.statelessnf.host.bench.report;

import org.jspecify.annotations.NullMarked;

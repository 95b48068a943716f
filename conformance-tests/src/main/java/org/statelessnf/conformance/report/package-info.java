/** What a run of the kit ends with: result, table, JUnit XML and JSON certificate. */
@NullMarked
package org.statelessnf.conformance.report;

import org.jspecify.annotations.NullMarked;

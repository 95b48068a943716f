/**
 * Histories of concurrent operations and the checker that accepts or rejects them (rule L). Start
 * at {@link org.statelessnf.conformance.history.LinearizabilityChecker}.
 */
@NullMarked
package org.statelessnf.conformance.history;

import org.jspecify.annotations.NullMarked;

/** The rules of the store contract, one interface per topic, one test method per rule. */
@NullMarked
package org.statelessnf.conformance.rules;

import org.jspecify.annotations.NullMarked;

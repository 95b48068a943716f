/** Several processes on one store. */
@NullMarked
package org.statelessnf.conformance.process;

import org.jspecify.annotations.NullMarked;

/** {@code snf experiment}: the dissertation's experiments, in a network of namespaces. */
@NullMarked
package org.statelessnf.host.experiment;

import org.jspecify.annotations.NullMarked;

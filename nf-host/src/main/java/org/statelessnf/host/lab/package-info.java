/**
 * A network in a box: Linux network namespaces joined by veth pairs, and {@code snf} processes
 * between them. For experiments and tests; needs root.
 */
@NullMarked
package org.statelessnf.host.lab;

import org.jspecify.annotations.NullMarked;

/** A small TCP proxy that hurts connections, with the vocabulary of Toxiproxy. */
@NullMarked
package org.statelessnf.conformance.proxy;

import org.jspecify.annotations.NullMarked;

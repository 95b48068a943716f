/**
 * For authors of backends: base classes that carry the parts of the contract which are the same
 * everywhere, and the defaults that build timers and Bloom filters out of plain conditional reads
 * and writes. Users of a store need nothing from here.
 */
@NullMarked
package org.statelessnf.store.support;

import org.jspecify.annotations.NullMarked;

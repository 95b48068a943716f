@NullMarked
package org.statelessnf.store.ignite;

import org.jspecify.annotations.NullMarked;

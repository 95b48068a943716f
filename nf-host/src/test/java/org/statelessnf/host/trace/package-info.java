@NullMarked
package org.statelessnf.host.trace;

import org.jspecify.annotations.NullMarked;

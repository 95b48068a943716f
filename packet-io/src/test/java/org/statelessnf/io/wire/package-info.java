@NullMarked
package org.statelessnf.io.wire;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.statelessnf.host.live;

import org.jspecify.annotations.NullMarked;

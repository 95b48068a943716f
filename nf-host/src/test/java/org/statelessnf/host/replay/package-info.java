@NullMarked
package org.statelessnf.host.replay;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.statelessnf.host;

import org.jspecify.annotations.NullMarked;

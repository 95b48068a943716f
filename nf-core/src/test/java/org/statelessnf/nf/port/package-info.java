@NullMarked
package org.statelessnf.nf.port;

import org.jspecify.annotations.NullMarked;

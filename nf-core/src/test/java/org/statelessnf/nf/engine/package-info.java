@NullMarked
package org.statelessnf.nf.engine;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.statelessnf.nf.defrag;

import org.jspecify.annotations.NullMarked;

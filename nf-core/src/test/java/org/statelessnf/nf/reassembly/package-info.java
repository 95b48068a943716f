@NullMarked
package org.statelessnf.nf.reassembly;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.statelessnf.nf.nat;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.statelessnf.nf.packet;

import org.jspecify.annotations.NullMarked;

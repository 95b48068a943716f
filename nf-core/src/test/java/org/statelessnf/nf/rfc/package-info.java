/** Which requirements of which RFC are met, and which test shows it. */
@NullMarked
package org.statelessnf.nf.rfc;

import org.jspecify.annotations.NullMarked;

/** What the tests of several network functions share. */
@NullMarked
package org.statelessnf.nf.testing;

import org.jspecify.annotations.NullMarked;

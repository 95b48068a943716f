/** The network function of {@code docs/write-an-nf.md}. */
@NullMarked
package org.statelessnf.nf.example;

import org.jspecify.annotations.NullMarked;

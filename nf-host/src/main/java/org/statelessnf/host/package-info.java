/** The {@code snf} command: assembles stores, network functions and packet ports. */
@NullMarked
package org.statelessnf.host;

import org.jspecify.annotations.NullMarked;

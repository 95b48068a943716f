@NullMarked
package org.statelessnf.nf.ips;

import org.jspecify.annotations.NullMarked;

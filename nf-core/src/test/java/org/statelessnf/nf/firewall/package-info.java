@NullMarked
package org.statelessnf.nf.firewall;

import org.jspecify.annotations.NullMarked;

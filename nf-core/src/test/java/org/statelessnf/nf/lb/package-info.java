/** Tests of the load balancer. */
@NullMarked
package org.statelessnf.nf.lb;

import org.jspecify.annotations.NullMarked;

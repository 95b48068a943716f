/**
 * The load balancer (dissertation, algorithm 1): each new flow to a virtual address is given a back
 * end by Maglev hashing and keeps it, whichever instance its packets meet. See {@link
 * org.statelessnf.nf.lb.LoadBalancer}.
 */
@NullMarked
package org.statelessnf.nf.lb;

import org.jspecify.annotations.NullMarked;

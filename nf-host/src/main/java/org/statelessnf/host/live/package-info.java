/**
 * Network functions on network devices: ports by URI, instances that serve them until someone says
 * stop.
 */
@NullMarked
package org.statelessnf.host.live;

import org.jspecify.annotations.NullMarked;

/**
 * What stands between network devices and network functions: a transparent bump in the wire, or a
 * router with neighbour resolution. Decorators of {@link org.statelessnf.nf.port.PacketPort}; what
 * they know (neighbours) is soft and per process, never in a store.
 */
@NullMarked
package org.statelessnf.io.wire;

import org.jspecify.annotations.NullMarked;

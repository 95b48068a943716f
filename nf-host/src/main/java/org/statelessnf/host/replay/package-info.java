/**
 * Replays a capture through instances of a network function: deals packets to them as a live
 * network would, and collects what comes out.
 */
@NullMarked
package org.statelessnf.host.replay;

import org.jspecify.annotations.NullMarked;

/**
 * A stateful firewall whose state is outside it (Kablan 2017, algorithm 4, made correct).
 *
 * <p>{@link org.statelessnf.nf.firewall.Firewall} sorts packets and looks after records, {@code
 * TcpTracker} follows connections, {@code Rules} says what may open a flow. Why it follows Linux'
 * conntrack, and where it differs, is in {@code docs/adr}.
 */
@NullMarked
package org.statelessnf.nf.firewall;

import org.jspecify.annotations.NullMarked;

/**
 * IPv4 and IPv6 fragments put together again, whoever gets them (RFC 791, RFC 8200, RFC 5722).
 *
 * <p>{@link org.statelessnf.nf.defrag.Defrag} holds fragments and emits datagrams, {@code Datagram}
 * is the record of one of them. What happens at the limits is in {@code docs/defrag.md}, why it is
 * so in {@code docs/adr}.
 */
@NullMarked
package org.statelessnf.nf.defrag;

import org.jspecify.annotations.NullMarked;

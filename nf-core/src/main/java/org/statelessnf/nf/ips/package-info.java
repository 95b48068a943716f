/**
 * An intrusion prevention system whose state is outside it (Kablan 2017, algorithm 2, made whole).
 *
 * <p>{@link org.statelessnf.nf.ips.RuleSet} reads and compiles the rules, {@code ByteDfa} is the
 * automaton that all their contents became, {@code Matcher} puts single contents together to
 * signatures, {@link org.statelessnf.nf.ips.Ips} follows the flows and judges the packets. What of
 * the rule language is understood is in {@code docs/ips.md}, why it is so in {@code docs/adr}.
 */
@NullMarked
package org.statelessnf.nf.ips;

import org.jspecify.annotations.NullMarked;

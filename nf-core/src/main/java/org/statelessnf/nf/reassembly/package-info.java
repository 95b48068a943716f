/**
 * TCP segments in order, whoever gets them (Kablan 2017, algorithm 3, made whole).
 *
 * <p>{@link org.statelessnf.nf.reassembly.Reassembly} delivers or holds segments, {@code
 * StreamRecord} says how far a direction was delivered, {@code HeldSegments} what waits for a gap
 * to be filled, {@link org.statelessnf.nf.reassembly.OverlapPolicy} which copy of a byte counts.
 * What happens at the limits is in {@code docs/reassembly.md}, why it is so in {@code docs/adr}.
 */
@NullMarked
package org.statelessnf.nf.reassembly;

import org.jspecify.annotations.NullMarked;

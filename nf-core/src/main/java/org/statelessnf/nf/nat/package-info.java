/**
 * Network address and port translation for IPv4 (NAPT44): {@link org.statelessnf.nf.nat.Nat} holds
 * the design, {@link org.statelessnf.nf.nat.NatConfig} what can be chosen.
 */
@NullMarked
package org.statelessnf.nf.nat;

import org.jspecify.annotations.NullMarked;

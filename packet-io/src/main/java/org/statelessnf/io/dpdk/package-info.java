/**
 * Network devices through DPDK, called by the Foreign Function &amp; Memory API; no C of our own.
 *
 * <p>The way in is {@link org.statelessnf.io.dpdk.DpdkPorts}, which opens devices by URI ({@link
 * org.statelessnf.io.dpdk.DpdkUri}) and hands out a {@link org.statelessnf.io.dpdk.DpdkPort} per
 * queue. {@code Eal} says in plain Java what is asked of DPDK; {@code FfmEal} asks it, and {@code
 * MissingEal} stands in where it is not installed. Layouts that differ between versions are in
 * {@code DpdkAbi}, those of a packet buffer in {@code Mbuf}.
 *
 * <p>Measurements and weaknesses: docs/adr/0014-dpdk-by-ffm.md.
 */
@NullMarked
package org.statelessnf.io.dpdk;

import org.jspecify.annotations.NullMarked;

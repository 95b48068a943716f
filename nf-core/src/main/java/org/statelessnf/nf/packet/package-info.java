/**
 * Packets in place: the {@link org.statelessnf.nf.packet.Packet} handle, the parser that fills it,
 * one flyweight per header with static {@code (memory, offset)} accessors, checksums and flow keys.
 *
 * <p>Nothing in this package copies or allocates per packet, and no input can make {@link
 * org.statelessnf.nf.packet.PacketParser#parse} throw. Offsets are of two kinds, and names tell
 * them apart: {@code …Offset()} counts from the first byte of the frame, {@code …Start()} counts
 * from the beginning of {@link org.statelessnf.nf.packet.Packet#memory()} and is what the
 * flyweights take.
 */
@NullMarked
package org.statelessnf.nf.packet;

import org.jspecify.annotations.NullMarked;

/**
 * Capture files as packet sources and sinks: pcap and pcapng, read and written as streams.
 *
 * <p>The way in is {@link org.statelessnf.io.pcap.CaptureReader} and {@link
 * org.statelessnf.io.pcap.CaptureWriter}; {@link org.statelessnf.io.pcap.CaptureInputPort} and
 * {@link org.statelessnf.io.pcap.CaptureOutputPort} put them behind the engine's packet port. The
 * byte layouts are drawn once, in {@code PcapDescriptor} and {@code PcapngDescriptor}.
 *
 * <p>Both directions hold a fixed amount of memory, whatever the file says about itself: lengths
 * found in a file are checked against constants before anything is sized by them.
 */
@NullMarked
package org.statelessnf.io.pcap;

import org.jspecify.annotations.NullMarked;

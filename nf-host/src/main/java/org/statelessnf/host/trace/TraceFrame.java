package org.statelessnf.host.trace;

/**
 * A frame of a trace, Ethernet.
 *
 * @param timestampNanos since 1970
 * @param bytes the whole frame
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
public record TraceFrame(long timestampNanos, byte[] bytes) {}

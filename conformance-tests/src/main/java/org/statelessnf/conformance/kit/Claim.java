package org.statelessnf.conformance.kit;

/**
 * A claimed timer.
 *
 * @param id the timer's id
 * @param payload its payload
 * @param fence the claim's fencing number
 * @param deadlineMillis when it was due, on the clock that judges deadlines
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
public record Claim(byte[] id, byte[] payload, long fence, long deadlineMillis) {}

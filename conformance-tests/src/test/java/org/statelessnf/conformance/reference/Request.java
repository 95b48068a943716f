package org.statelessnf.conformance.reference;

import org.statelessnf.store.Op;

/**
 * One operation.
 *
 * @param op what
 * @param space namespace and name of the table, queue or filter
 * @param key key, id or element
 * @param value value or payload
 * @param expected expected version, or fence
 * @param number delta, delay, lease; capacity of a generation count for filters
 * @param ttlMillis -1 for none
 * @param max claims wanted, or generations of a filter
 */
@SuppressWarnings("ArrayRecordComponent")
record Request(
    Op op,
    String space,
    byte[] key,
    byte[] value,
    long expected,
    long number,
    long ttlMillis,
    int max) {}

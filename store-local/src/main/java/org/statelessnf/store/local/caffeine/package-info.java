/**
 * The in-process store, {@code caffeine:}: Caffeine caches as concurrent maps, with versions,
 * expiry, timers and filters of our own.
 *
 * <p>Read {@link org.statelessnf.store.local.caffeine.CaffeineSession} for how a batch is executed,
 * {@code RecordBytes} and {@code RecordKey} for what lies in memory, {@code ExpiryWheel} for how
 * records end.
 */
@NullMarked
package org.statelessnf.store.local.caffeine;

import org.jspecify.annotations.NullMarked;

/**
 * RAMCloud as the store. A session has a thread of its own that makes the library's blocking calls
 * ({@link org.statelessnf.store.ramcloud.CallThread}); what to ask for and what the answers mean is
 * decided on the session's thread ({@link org.statelessnf.store.ramcloud.ReadPlan}, {@link
 * org.statelessnf.store.ramcloud.WritePlan}); in between lies an array of requests in off-heap
 * memory ({@link org.statelessnf.store.ramcloud.Requests}), which the native side executes.
 */
@NullMarked
package org.statelessnf.store.ramcloud;

import org.jspecify.annotations.NullMarked;

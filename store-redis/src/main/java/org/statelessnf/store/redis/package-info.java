/**
 * Redis as the store: standalone, unix socket, TLS, Sentinel and Cluster, on Lettuce.
 *
 * <p>From the outside in: {@link org.statelessnf.store.redis.RedisStoreProvider} is found by {@link
 * java.util.ServiceLoader} and reads the URI ({@code RedisOptions}); {@code RedisStore} probes the
 * server, declares what it can do and hands out sessions; a {@code RedisSession} cuts each batch
 * into {@code Exchange}s, one per server and slot group, and sends them over its {@code Wire}: the
 * session's own event loop and connections, driven by the session's own thread, so that no other
 * thread ever touches a batch. Keys are laid out by {@code Keyspace}; what runs inside the server
 * are the Lua scripts beside this package, named in {@code Script}.
 */
@NullMarked
package org.statelessnf.store.redis;

import org.jspecify.annotations.NullMarked;

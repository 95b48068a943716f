package org.statelessnf.store.redis;

import io.lettuce.core.RedisURI;

/**
 * A server, or a master behind sentinels, that connections can be opened to.
 *
 * @param name for messages, and to tell nodes apart
 * @param uri how Lettuce gets there
 * @param checkRole whether it must be asked if it is a master: sentinels may be behind the times
 */
record Node(String name, RedisURI uri, boolean checkRole) {}

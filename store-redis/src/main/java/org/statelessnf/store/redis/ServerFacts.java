package org.statelessnf.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about itself when the store is opened. What it refuses to say, by its ACL, is
 * taken for the less favourable.
 *
 * @param product {@code redis 7.0.15}
 * @param master whether it is a master
 * @param cluster whether it is part of a cluster
 * @param replicas replicas connected to it
 * @param durable whether a write is on its disk before it is acknowledged ({@code appendfsync
 *     always})
 * @param logged whether it writes an append-only file at all
 * @param evicts its eviction policy if it may evict, else null
 * @param bloomModule whether it has filters of its own ({@code BF.*})
 */
record ServerFacts(
    String product,
    boolean master,
    boolean cluster,
    int replicas,
    boolean durable,
    boolean logged,
    @Nullable String evicts,
    boolean bloomModule) {

  static ServerFacts ask(Wire wire, NodeLink link, long deadlineNanos) {
    Map<String, String> info = new HashMap<>();
    for (String section : List.of("server", "replication", "persistence", "memory", "cluster")) {
      parse(info, wire.call(link, deadlineNanos, Call.of("INFO", section)).text());
    }
    String fsync = config(wire, link, deadlineNanos, "appendfsync");
    boolean logged = "1".equals(info.get("aof_enabled"));
    String policy = info.getOrDefault("maxmemory_policy", "noeviction");
    boolean limited = !"0".equals(info.getOrDefault("maxmemory", "0"));
    return new ServerFacts(
        product(info),
        !"slave".equals(info.getOrDefault("role", "master")),
        "1".equals(info.getOrDefault("cluster_enabled", "0")),
        Integer.parseInt(info.getOrDefault("connected_slaves", "0")),
        logged && "always".equals(fsync),
        logged,
        limited && !policy.equals("noeviction") ? policy : null,
        knows(wire, link, deadlineNanos, "BF.RESERVE"));
  }

  private static String product(Map<String, String> info) {
    String valkey = info.get("valkey_version");
    return valkey != null
        ? "valkey " + valkey
        : "redis " + info.getOrDefault("redis_version", "of unknown version");
  }

  private static boolean knows(Wire wire, NodeLink link, long deadlineNanos, String command) {
    Call call = wire.call(link, deadlineNanos, Call.of("COMMAND", "INFO", command));
    return !call.hasError()
        && !call.list().isEmpty()
        && call.list().get(0) instanceof List<?> known
        && !known.isEmpty();
  }

  private static @Nullable String config(
      Wire wire, NodeLink link, long deadlineNanos, String name) {
    Call call = wire.call(link, deadlineNanos, Call.of("CONFIG", "GET", name));
    return !call.hasError() && call.list().size() == 2 && call.list().get(1) instanceof byte[] value
        ? new String(value, StandardCharsets.UTF_8)
        : null;
  }

  private static void parse(Map<String, String> into, String text) {
    text.lines()
        .forEach(line -> {
          int colon = line.indexOf(':');
          if (colon > 0) {
            into.put(line.substring(0, colon), line.substring(colon + 1).strip());
          }
        });
  }
}

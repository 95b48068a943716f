package org.statelessnf.store.ignite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUri;

/**
 * A store URI of this backend, taken apart and checked. {@code docs/ignite.md} lists the options.
 *
 * @param uri the URI without secrets, for messages
 * @param embedded whether this process becomes a node
 * @param addresses of a remote cluster's servers, {@code host:port}
 * @param node what is set about the node, if embedded
 * @param security who logs in at a remote cluster, and how connections are secured
 * @param cache name of the cache that holds all records
 * @param backups further copies of each record
 * @param maxInFlight batches a session takes
 * @param connectTimeout time that opening may take
 */
record IgniteOptions(
    String uri,
    boolean embedded,
    List<String> addresses,
    Node node,
    Security security,
    String cache,
    int backups,
    int maxInFlight,
    Duration connectTimeout) {
  static final int DEFAULT_MAX_IN_FLIGHT = 16;

  /** Options, beside the common ones. */
  static final Set<String> NAMES =
      Set.of(
          "cache",
          "backups",
          "maxInFlight",
          "bind",
          "port",
          "peers",
          "memory",
          "clientPort",
          "failureTimeout",
          "user",
          "passwordFile",
          "passwordEnv",
          "tls",
          "caFile",
          "certFile",
          "keyFile");

  private static final Set<String> NODE_ONLY =
      Set.of("bind", "port", "peers", "memory", "clientPort", "failureTimeout");

  private static final Set<String> REMOTE_ONLY = Set.of("user", "passwordFile", "passwordEnv");

  /** Nodes of one host take the first port of so many that is free. */
  static final int PORTS_PER_HOST = 10;

  private static final int DEFAULT_PORT = 47500;
  private static final int DEFAULT_CLIENT_PORT = 10800;
  private static final int DEFAULT_MEMORY_MIB = 512;
  private static final int MIN_MEMORY_MIB = 20;

  /** A node joins a cluster and copies its share before it serves. */
  private static final Duration NODE_CONNECT_TIMEOUT = Duration.ofSeconds(30);

  /**
   * What is set about a node.
   *
   * @param bind address that it listens at
   * @param port first port of discovery
   * @param peers where other nodes may be, {@code host:port..port}
   * @param memoryMib for records
   * @param clientPort where thin clients connect, 0 for nowhere
   * @param failureTimeout silence after which another node counts as lost
   */
  record Node(
      String bind,
      int port,
      List<String> peers,
      long memoryMib,
      int clientPort,
      Duration failureTimeout) {}

  static IgniteOptions parse(StoreUri uri) {
    String target = uri.target();
    boolean embedded = target.equals("embedded");
    if (!embedded && !target.startsWith("//")) {
      throw bad(uri, "expected ignite:embedded or ignite://host:10800");
    }
    for (String option : uri.options().keySet()) {
      if ((embedded ? REMOTE_ONLY : NODE_ONLY).contains(option)) {
        throw bad(
            uri,
            "option %s is for %s".formatted(option, embedded ? "ignite://" : "ignite:embedded"));
      }
    }
    if (embedded && uri.booleanOption("tls", false) && uri.option("keyFile") == null) {
      throw bad(uri, "a node shows a certificate to the others: give certFile and keyFile");
    }
    String cache = uri.option("cache", "snf");
    if (!cache.matches("[A-Za-z0-9._-]{1,64}")) {
      throw bad(uri, "option cache is '%s', expected a name".formatted(cache));
    }
    return new IgniteOptions(
        uri.toString(),
        embedded,
        embedded
            ? List.of()
            : addresses(uri, target.substring(Math.max(2, target.lastIndexOf('@') + 1))),
        node(uri),
        Security.parse(uri, user(uri, target)),
        cache,
        (int) uri.longOption("backups", 1, 0, 8),
        (int) uri.longOption("maxInFlight", DEFAULT_MAX_IN_FLIGHT, 1, 1024),
        embedded
            ? uri.durationOption("connectTimeout", NODE_CONNECT_TIMEOUT)
            : uri.connectTimeout());
  }

  private static @Nullable String user(StoreUri uri, String target) {
    int at = target.lastIndexOf('@');
    String option = uri.option("user");
    if (at < 0) {
      return option;
    }
    String user = target.substring(2, at);
    if (user.contains(":")) {
      throw bad(
          uri, "a password does not belong into a URI: give passwordFile=FILE or passwordEnv=VAR");
    }
    if (option != null && !option.equals(user)) {
      throw bad(uri, "the user is given twice");
    }
    return user;
  }

  private static Node node(StoreUri uri) {
    String bind = uri.option("bind", "127.0.0.1");
    if (bind.isBlank() || bind.contains(",")) {
      throw bad(uri, "option bind is '%s', expected an address".formatted(bind));
    }
    int port = (int) uri.longOption("port", DEFAULT_PORT, 1, 65_535 - PORTS_PER_HOST);
    List<String> peers = new ArrayList<>();
    for (String peer : uri.option("peers", bind).split(",", -1)) {
      peers.add(peer(uri, peer, port));
    }
    return new Node(
        bind,
        port,
        List.copyOf(peers),
        memoryMib(uri),
        (int) uri.longOption("clientPort", 0, 0, 65_535),
        uri.durationOption("failureTimeout", Duration.ofSeconds(10)));
  }

  private static String peer(StoreUri uri, String peer, int port) {
    String host = host(peer);
    String own = peer.substring(Math.min(peer.length(), host.length()));
    if (host.isEmpty() || !(own.isEmpty() || isPort(own.substring(1)))) {
      throw bad(uri, "option peers: '%s' is not host or host:port".formatted(peer));
    }
    int first = own.isEmpty() ? port : Integer.parseInt(own.substring(1));
    return own.isEmpty() ? host + ":" + first + ".." + (first + PORTS_PER_HOST - 1) : peer;
  }

  private static List<String> addresses(StoreUri uri, String target) {
    List<String> list = new ArrayList<>();
    for (String part : target.split(",", -1)) {
      String host = host(part);
      String own = part.substring(Math.min(part.length(), host.length()));
      if (host.isEmpty() || !(own.isEmpty() || isPort(own.substring(1)))) {
        throw bad(uri, "'%s' is not host:port".formatted(part));
      }
      list.add(own.isEmpty() ? host + ":" + DEFAULT_CLIENT_PORT : part);
    }
    return List.copyOf(list);
  }

  /** The host of {@code host:port}, in brackets if it has colons of its own. */
  private static String host(String text) {
    int close = text.startsWith("[") ? text.indexOf(']') : -1;
    if (text.startsWith("[")) {
      return close < 0 ? "" : text.substring(0, close + 1);
    }
    int colon = text.indexOf(':');
    return colon < 0 ? text : text.substring(0, colon);
  }

  private static boolean isPort(String text) {
    return text.matches("[0-9]{1,5}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= 65_535;
  }

  private static long memoryMib(StoreUri uri) {
    String text = uri.option("memory", DEFAULT_MEMORY_MIB + "m");
    long mib = -1;
    if (text.matches("[0-9]{1,7}[mg]")) {
      long number = Long.parseLong(text.substring(0, text.length() - 1));
      mib = text.endsWith("g") ? number * 1024 : number;
    }
    if (mib < MIN_MEMORY_MIB) {
      throw bad(
          uri, "option memory is '%s', expected 20m or more, such as 512m or 4g".formatted(text));
    }
    return mib;
  }

  static StoreConfigException bad(StoreUri uri, String what) {
    return new StoreConfigException("'%s': %s".formatted(uri, what));
  }
}

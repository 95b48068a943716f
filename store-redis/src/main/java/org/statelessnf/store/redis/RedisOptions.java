package org.statelessnf.store.redis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUri;

/**
 * A store URI of this backend, taken apart and checked. {@code docs/redis.md} lists the options.
 *
 * @param uri the URI without secrets, for messages
 * @param mode what stands behind it
 * @param endpoints servers, sentinels or seed nodes; empty for a unix socket
 * @param socket the unix socket's path, or null
 * @param master name of the master that the sentinels watch, or null
 * @param login user and password for the servers
 * @param sentinelLogin user and password for the sentinels
 * @param database number of the database, 0 in a cluster
 * @param keyPrefix what every key starts with
 * @param tls how to secure the connections, or null for plain text
 * @param shards hash tags that a cluster's keys are spread over; 1 elsewhere
 * @param maxInFlight batches a session takes
 * @param waitReplicas replicas that must have a write before it is acknowledged
 * @param allowEviction whether a server that may evict records is accepted
 * @param timeout time an operation has if the caller gives none
 * @param connectTimeout time that opening may take
 */
record RedisOptions(
    String uri,
    Mode mode,
    List<Endpoint> endpoints,
    @Nullable String socket,
    @Nullable String master,
    Login login,
    Login sentinelLogin,
    int database,
    String keyPrefix,
    @Nullable Tls tls,
    int shards,
    int maxInFlight,
    int waitReplicas,
    boolean allowEviction,
    Duration timeout,
    Duration connectTimeout) {

  static final int DEFAULT_SHARDS = 16;
  static final int DEFAULT_MAX_IN_FLIGHT = 16;
  private static final int MAX_SHARDS = 1024;
  private static final int DEFAULT_PORT = 6379;
  private static final int DEFAULT_SENTINEL_PORT = 26379;

  /** Options beside the common ones. */
  static final Set<String> NAMES =
      Set.of(
          "user",
          "passwordFile",
          "passwordEnv",
          "sentinelUser",
          "sentinelPasswordFile",
          "sentinelPasswordEnv",
          "database",
          "keyPrefix",
          "tls",
          "caFile",
          "certFile",
          "keyFile",
          "verify",
          "shards",
          "maxInFlight",
          "waitReplicas",
          "allowEviction");

  /** What stands behind the URI. */
  enum Mode {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  /** How far the server's certificate is checked. */
  enum Verify {
    FULL,
    CA,
    NONE
  }

  /**
   * A server's address.
   *
   * @param host name or address
   * @param port TCP port
   */
  record Endpoint(String host, int port) {
    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * Who logs in.
   *
   * @param user ACL user, or null for the default user
   * @param password or null for none
   */
  record Login(@Nullable String user, @Nullable String password) {
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }

  /**
   * How connections are secured.
   *
   * @param verify how far the server's certificate is checked
   * @param caFile certificates to trust, PEM, or null for those of the JDK
   * @param certFile own certificate, PEM, or null
   * @param keyFile own key, PEM (PKCS #8), or null
   */
  record Tls(
      Verify verify, @Nullable Path caFile, @Nullable Path certFile, @Nullable Path keyFile) {}

  static RedisOptions parse(StoreUri uri) {
    String scheme = uri.scheme();
    Mode mode =
        switch (scheme) {
          case "redis-sentinel" -> Mode.SENTINEL;
          case "redis-cluster" -> Mode.CLUSTER;
          default -> Mode.STANDALONE;
        };
    String target = uri.target();
    if (!target.startsWith("//")) {
      throw bad(uri, "expected %s://%s".formatted(scheme, example(scheme)));
    }
    target = target.substring(2);
    boolean unix = scheme.equals("redis-socket");
    String userInTarget = null;
    int at = unix ? -1 : target.lastIndexOf('@');
    if (at >= 0) {
      userInTarget = target.substring(0, at);
      target = target.substring(at + 1);
      if (userInTarget.contains(":")) {
        throw bad(
            uri,
            "a password does not belong into a URI: give passwordFile=FILE or passwordEnv=VAR");
      }
    }
    String path = "";
    int slash = unix ? -1 : target.indexOf('/');
    if (slash >= 0) {
      path = target.substring(slash + 1);
      target = target.substring(0, slash);
    }
    if (unix && !target.startsWith("/")) {
      throw bad(uri, "expected redis-socket:///path/of/the/socket");
    }
    if (mode == Mode.SENTINEL && path.isEmpty()) {
      throw bad(uri, "name the master: redis-sentinel://host:port,host:port/master");
    }
    long database = uri.longOption("database", pathDatabase(uri, mode, path), 0, 1_000_000);
    if (mode == Mode.CLUSTER && database != 0) {
      throw bad(uri, "a cluster has only database 0");
    }
    return new RedisOptions(
        uri.toString(),
        mode,
        unix
            ? List.of()
            : endpoints(uri, target, mode == Mode.SENTINEL ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT),
        unix ? target : null,
        mode == Mode.SENTINEL ? path : null,
        login(uri, userInTarget, "user", "passwordFile", "passwordEnv"),
        login(uri, null, "sentinelUser", "sentinelPasswordFile", "sentinelPasswordEnv"),
        (int) database,
        keyPrefix(uri),
        tls(uri, scheme),
        mode == Mode.CLUSTER ? (int) uri.longOption("shards", DEFAULT_SHARDS, 1, MAX_SHARDS) : 1,
        (int) uri.longOption("maxInFlight", DEFAULT_MAX_IN_FLIGHT, 1, 1024),
        (int) uri.longOption("waitReplicas", 0, 0, 100),
        uri.booleanOption("allowEviction", false),
        uri.timeout(),
        uri.connectTimeout());
  }

  private static String example(String scheme) {
    return switch (scheme) {
      case "redis-socket" -> "/run/redis/redis.sock";
      case "redis-sentinel" -> "host:26379,host:26379/master";
      case "redis-cluster" -> "host:6379,host:6379";
      default -> "host:6379";
    };
  }

  private static long pathDatabase(StoreUri uri, Mode mode, String path) {
    if (path.isEmpty() || mode == Mode.SENTINEL) {
      return 0;
    }
    if (mode == Mode.CLUSTER || !path.matches("[0-9]{1,6}")) {
      throw bad(uri, "'/%s' after the host is not a database number".formatted(path));
    }
    return Long.parseLong(path);
  }

  private static List<Endpoint> endpoints(StoreUri uri, String text, int defaultPort) {
    List<Endpoint> list = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String host = part;
      String port = "";
      int colon = part.lastIndexOf(':');
      if (part.startsWith("[")) {
        int close = part.indexOf(']');
        host = close < 0 ? "" : part.substring(1, close);
        String rest = close < 0 ? "" : part.substring(close + 1);
        port = rest.startsWith(":") ? rest.substring(1) : rest;
      } else if (colon >= 0) {
        host = part.substring(0, colon);
        port = part.substring(colon + 1);
      }
      boolean badPort =
          !port.isEmpty()
              && (!port.matches("[0-9]{1,5}")
                  || Integer.parseInt(port) < 1
                  || Integer.parseInt(port) > 65535);
      if (host.isEmpty() || (host.contains(":") && !part.startsWith("[")) || badPort) {
        throw bad(uri, "'%s' is not host:port".formatted(part));
      }
      list.add(new Endpoint(host, port.isEmpty() ? defaultPort : Integer.parseInt(port)));
    }
    if (list.size() > 1 && (uri.scheme().equals("redis") || uri.scheme().equals("rediss"))) {
      throw bad(uri, "several hosts need redis-sentinel: or redis-cluster:");
    }
    return List.copyOf(list);
  }

  private static Login login(
      StoreUri uri, @Nullable String userInTarget, String user, String file, String variable) {
    String name = uri.option(user);
    if (name != null && userInTarget != null && !name.equals(userInTarget)) {
      throw bad(uri, "the user is given twice");
    }
    name = name == null ? userInTarget : name;
    String password = uri.secretOption(file, variable);
    if (name != null && password == null) {
      throw bad(uri, "user '%s' needs %s or %s".formatted(name, file, variable));
    }
    return new Login(name, password);
  }

  private static String keyPrefix(StoreUri uri) {
    String prefix = uri.option("keyPrefix", "snf:");
    if (prefix.length() > 64 || prefix.contains("{") || prefix.contains("}")) {
      throw bad(uri, "option keyPrefix is longer than 64 characters or contains a brace");
    }
    return prefix;
  }

  private static @Nullable Tls tls(StoreUri uri, String scheme) {
    boolean secure = scheme.equals("rediss");
    boolean wanted = uri.booleanOption("tls", secure);
    if (secure && !wanted) {
      throw bad(uri, "rediss: is always secured, tls=false contradicts it");
    }
    if (!wanted) {
      for (String option : List.of("caFile", "certFile", "keyFile", "verify")) {
        if (uri.option(option) != null) {
          throw bad(uri, "option %s needs rediss: or tls=true".formatted(option));
        }
      }
      return null;
    }
    if (scheme.equals("redis-socket")) {
      throw bad(uri, "a unix socket is not secured by TLS");
    }
    Verify verify =
        switch (uri.option("verify", "full")) {
          case "full" -> Verify.FULL;
          case "ca" -> Verify.CA;
          case "none" -> Verify.NONE;
          default -> throw bad(uri, "option verify is none of full, ca, none");
        };
    Path cert = file(uri, "certFile");
    Path key = file(uri, "keyFile");
    if ((cert == null) != (key == null)) {
      throw bad(uri, "certFile and keyFile go together");
    }
    return new Tls(verify, file(uri, "caFile"), cert, key);
  }

  private static @Nullable Path file(StoreUri uri, String option) {
    String name = uri.option(option);
    if (name == null) {
      return null;
    }
    Path path = Path.of(name);
    if (!Files.isReadable(path)) {
      throw bad(uri, "option %s: cannot read '%s'".formatted(option, name));
    }
    return path;
  }

  private static StoreConfigException bad(StoreUri uri, String what) {
    return new StoreConfigException("'%s': %s".formatted(uri, what));
  }
}

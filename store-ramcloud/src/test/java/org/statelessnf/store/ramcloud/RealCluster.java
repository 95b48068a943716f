package org.statelessnf.store.ramcloud;

/**
 * A real cluster, which somebody else has started: its library by {@code SNF_RAMCLOUD_LIB}, its
 * coordinator by {@code SNF_RAMCLOUD_LOCATOR}. Tests of it are skipped, with {@link #SKIPPED},
 * where these are not set.
 */
final class RealCluster {
  static final String LOCATOR = "SNF_RAMCLOUD_LOCATOR";
  static final String CLUSTER = "SNF_RAMCLOUD_CLUSTER";
  static final String SKIPPED =
      "SKIPPED: no real RAMCloud cluster; set SNF_RAMCLOUD_LIB (path of libramcloud.so) and"
          + " SNF_RAMCLOUD_LOCATOR (such as tcp:host=127.0.0.1,port=12246), see docs/ramcloud.md";

  private RealCluster() {}

  /**
   * Where it is.
   *
   * @param options further options, each with an ampersand in front
   */
  static String uri(String options) {
    String cluster = System.getenv().getOrDefault(CLUSTER, "main");
    return "ramcloud:%s?cluster=%s%s".formatted(System.getenv(LOCATOR), cluster, options);
  }
}

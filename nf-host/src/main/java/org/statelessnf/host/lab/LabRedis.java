package org.statelessnf.host.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Redis of a lab. */
public final class LabRedis {
  private static final long START_SECONDS = 60;
  private static final long POLL_MILLIS = 20;

  private LabRedis() {}

  /**
   * Starts one on a unix socket, which all namespaces of the machine can reach, and waits until it
   * answers. The lab ends it.
   *
   * @param space whatever namespace
   * @return its URI
   * @throws LabException if it does not answer
   */
  public static String start(Lab lab, Namespace space) throws InterruptedException {
    Path socket = lab.directory().resolve("redis.sock");
    Process process =
        space.start(
            lab.directory().resolve("redis.log"),
            "redis-server",
            "--port",
            "0",
            "--unixsocket",
            socket.toString(),
            "--save",
            "",
            "--dir",
            lab.directory().toString());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!Files.exists(socket)
        || Commands.call(List.of("redis-cli", "-s", socket.toString(), "ping")).exitCode() != 0) {
      if (!process.isAlive() || System.nanoTime() - deadline > 0) {
        throw new LabException("redis-server does not answer");
      }
      Thread.sleep(POLL_MILLIS);
    }
    return "redis-socket://" + socket + "?timeout=30s&connectTimeout=30s";
  }
}

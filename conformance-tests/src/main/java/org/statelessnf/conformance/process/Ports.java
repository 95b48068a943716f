package org.statelessnf.conformance.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on loopback for a cluster of the tests' own, which no other build on the machine uses. Any
 * thread may ask. They are free when it asks; nothing reserves them.
 */
public final class Ports {
  /** Outside of those that the system deals to connections, so nothing takes one meanwhile. */
  private static final int FIRST = 12_000;

  private static final int STEP = 200;
  private static final int CHOICES = 90;
  private static final int NODES = 10;
  private static final int CLIENT_PORTS = 4;

  private Ports() {}

  /**
   * First of 200 ports of which those that a cluster starts with are free.
   *
   * @throws IOException if none are
   */
  public static int free() throws IOException {
    for (int attempt = 0; attempt < CHOICES; attempt++) {
      int port = FIRST + STEP * ThreadLocalRandom.current().nextInt(CHOICES);
      if (areFree(port, NODES) && areFree(port + STEP / 2, CLIENT_PORTS)) {
        return port;
      }
    }
    throw new IOException("no free ports");
  }

  private static boolean areFree(int first, int count) {
    for (int port = first; port < first + count; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        socket.setReuseAddress(true);
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}

package org.statelessnf.host.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code snf experiment echo}: sends every datagram back; the far peer of the latency experiment.
 */
@Command(name = "echo", hidden = true, description = "The echo server of an experiment.")
final class EchoServer implements Runnable {
  private static final int MAX_BYTES = 2048;

  @Option(names = "--ports", required = true, split = ",")
  private int[] ports = {};

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    PrintWriter talk = Objects.requireNonNull(spec, "picocli sets it").commandLine().getErr();
    try {
      Thread[] threads = new Thread[ports.length];
      for (int i = 0; i < ports.length; i++) {
        DatagramSocket socket = new DatagramSocket(ports[i]);
        threads[i] = Thread.ofPlatform().name("echo-" + ports[i]).start(() -> serve(socket));
      }
      talk.println("serving");
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void serve(DatagramSocket socket) {
    DatagramPacket datagram = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
    try (socket) {
      while (true) {
        datagram.setLength(MAX_BYTES);
        socket.receive(datagram);
        socket.send(datagram);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

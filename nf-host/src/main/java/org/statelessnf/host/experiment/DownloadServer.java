package org.statelessnf.host.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code snf experiment serve}: answers every HTTP request with so many bytes; the far peer. */
@Command(name = "serve", hidden = true, description = "The web server of an experiment.")
final class DownloadServer implements Runnable {
  private static final int CHUNK = 64 * 1024;
  private static final int BACKLOG = 1024;

  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--bytes", required = true)
  private long bytes;

  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  @Override
  public void run() {
    PrintWriter talk = java.util.Objects.requireNonNull(spec).commandLine().getErr();
    try (ServerSocket listener = new ServerSocket()) {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(port), BACKLOG);
      talk.println("serving");
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket, talk));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void serve(Socket socket, PrintWriter talk) {
    try (socket;
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream()) {
      socket.setSoTimeout((int) Duration.ofMinutes(5).toMillis());
      readHead(in);
      String head = "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\nConnection: close\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] chunk = new byte[CHUNK];
      for (long left = bytes; left > 0; left -= CHUNK) {
        out.write(chunk, 0, (int) Math.min(left, CHUNK));
      }
    } catch (IOException e) {
      talk.println("connection ended: " + e.getMessage()); // the client gave up, as it may
    }
  }

  /** Reads up to the empty line. */
  private static void readHead(InputStream in) throws IOException {
    int seen = 0;
    while (seen != 0x0d0a0d0a) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      seen = seen << 8 | next;
    }
  }
}

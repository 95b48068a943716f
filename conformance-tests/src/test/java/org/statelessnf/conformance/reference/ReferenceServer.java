package org.statelessnf.conformance.reference;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The reference store as a process of its own. Arguments: a port or 0; a file to write the port to;
 * a journal that outlives a kill, or "-"; what is wrong with it, or "-".
 */
public final class ReferenceServer {
  private ReferenceServer() {}

  /**
   * Serves until it is killed.
   *
   * @param args see above
   */
  public static void main(String[] args) throws IOException {
    Engine engine = args[2].equals("-") ? engine(args[3]) : FileJournal.open(Path.of(args[2]));
    ServerSocket listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])));
    Path ready = Path.of(args[1]);
    Path written = ready.resolveSibling(ready.getFileName() + ".new");
    Files.writeString(written, Integer.toString(listener.getLocalPort()));
    Files.move(written, ready, StandardCopyOption.ATOMIC_MOVE);
    while (true) {
      Socket socket = listener.accept();
      new Thread(() -> serve(socket, engine), "reference-client").start();
    }
  }

  private static Engine engine(String flaw) {
    return switch (flaw) {
      case "lostUpdate" -> BrokenRecords.lostUpdate();
      case "timerFiredTwice" -> BrokenExtras.timerFiredTwice();
      case "falseNegatives" -> BrokenExtras.falseNegatives();
      case "versionsFromOne" -> new MapEngine(Journal.NONE, 0);
      default -> new MapEngine();
    };
  }

  private static void serve(Socket socket, Engine engine) {
    try (socket;
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()))) {
      socket.setTcpNoDelay(true);
      while (true) {
        Wire.Frame frame = Wire.Frame.read(in);
        DataInputStream body = Wire.decode(frame.body());
        List<Reply> replies =
            switch (frame.verb()) {
              case Wire.SCAN -> engine.scan(body.readUTF());
              case Wire.FULL -> {
                ((MapEngine) engine).full(body.readBoolean());
                yield List.of();
              }
              default -> engine.apply(Wire.requests(body));
            };
        new Wire.Frame(frame.id(), frame.verb(), Wire.replies(replies)).write(out);
        out.flush();
      }
    } catch (IOException e) {
      // the client is gone
    }
  }
}

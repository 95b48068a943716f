package org.statelessnf.conformance.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** Entry point of the processes that {@link Workers} starts. */
public final class WorkerMain {
  static final String PORT = "SNF_KIT_PORT";
  static final String TOKEN = "SNF_KIT_TOKEN";

  /** Marks the message that tells why the process failed. */
  static final String FAILED = "!";

  private static final int MAX_MESSAGE = 16_000;

  private WorkerMain() {}

  /**
   * Runs a task.
   *
   * @param args none: everything comes by the control connection
   */
  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(System.getenv(PORT));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
      socket.setTcpNoDelay(true);
      out.writeUTF(System.getenv(TOKEN));
      out.flush();
      int status = run(in, out);
      out.flush();
      // Not a return: a backend's library may have left threads behind.
      Runtime.getRuntime().halt(status);
    }
  }

  private static int run(DataInputStream in, DataOutputStream out) throws IOException {
    try {
      String uri = in.readUTF();
      String task = in.readUTF();
      Map<String, String> arguments = new HashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        arguments.put(in.readUTF(), in.readUTF());
      }
      Object made = Class.forName(task).getDeclaredConstructor().newInstance();
      try (StateStore store = Stores.open(uri)) {
        ((WorkerTask) made).run(new WorkerContext(store, arguments, in, out));
      }
      return 0;
    } catch (Throwable e) {
      StringWriter text = new StringWriter();
      try (PrintWriter writer = new PrintWriter(text)) {
        writer.println(e);
        for (StackTraceElement element : e.getStackTrace()) {
          writer.println("\tat " + element);
        }
        if (e.getCause() != null) {
          writer.println("caused by " + e.getCause());
        }
      }
      String message = text.toString();
      synchronized (out) {
        out.writeUTF(FAILED + message.substring(0, Math.min(message.length(), MAX_MESSAGE)));
        out.flush();
      }
      return 1;
    }
  }
}

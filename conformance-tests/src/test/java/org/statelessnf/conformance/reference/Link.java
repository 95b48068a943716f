package org.statelessnf.conformance.reference;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One connection: frames go out and come in without anybody waiting. */
final class Link implements AutoCloseable {
  /** A frame on its way out. */
  static final class Ticket {
    private final Wire.Frame frame;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile boolean sent;

    Ticket(Wire.Frame frame) {
      this.frame = frame;
    }

    /** Takes the frame back; false if some of it may have been sent. */
    boolean cancel() {
      return taken.compareAndSet(false, true) || !sent;
    }
  }

  private final Socket socket = new Socket();
  private final BlockingQueue<Ticket> outgoing = new LinkedBlockingQueue<>();
  private final Queue<Wire.Frame> incoming = new ConcurrentLinkedQueue<>();
  private volatile boolean broken;

  Link(InetSocketAddress server, int timeoutMillis) throws IOException {
    try {
      socket.connect(server, timeoutMillis);
      socket.setTcpNoDelay(true);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    start("reference-reader", this::receive);
    start("reference-writer", this::transmit);
  }

  Ticket send(Wire.Frame frame) {
    Ticket ticket = new Ticket(frame);
    outgoing.add(ticket);
    return ticket;
  }

  Wire.@Nullable Frame poll() {
    return incoming.poll();
  }

  boolean isBroken() {
    return broken;
  }

  @Override
  public void close() {
    broken = true;
    try {
      socket.close();
    } catch (IOException e) {
      // nothing more to do
    }
    outgoing.add(new Ticket(new Wire.Frame(0, 0, new byte[0]))); // wakes the writer
  }

  private static void start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void receive() {
    try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
      while (true) {
        incoming.add(Wire.Frame.read(in));
      }
    } catch (IOException e) {
      close();
    }
  }

  private void transmit() {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()))) {
      while (!broken) {
        Ticket ticket = outgoing.take();
        if (broken || !ticket.taken.compareAndSet(false, true)) {
          continue;
        }
        ticket.sent = true;
        ticket.frame.write(out);
        if (outgoing.isEmpty()) {
          out.flush();
        }
      }
    } catch (IOException e) {
      close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
